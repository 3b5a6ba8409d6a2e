"""`tensorflow.contrib.seq2seq`."""

from legacy_cnn.compat.rows import Table
from legacy_cnn.compat.seq2seq import losses

TABLE = Table("tensorflow.contrib.seq2seq")
TABLE.value("sequence_loss", losses.dense_sequence_loss)
