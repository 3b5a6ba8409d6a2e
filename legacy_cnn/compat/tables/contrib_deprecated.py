"""`tensorflow.contrib.deprecated`: where 1.0 kept the summaries of 0.x."""

from legacy_cnn.compat.rows import Table
from legacy_cnn.compat.tables import top_summaries

TABLE = Table("tensorflow.contrib.deprecated")
TABLE.include(top_summaries.TABLE)
