"""`tensorflow.contrib.summary`: summaries that are written as they are made, by the global step."""

from typing import Any

from legacy_cnn.compat import private
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.summary", note="use tf.summary")

_SUMMARIES: Any = private.module("summaries as they are made")

#: Name -> today's, where it is another one.
_NAMES = {
    "SummaryWriter": "SummaryWriter",
    "all_summary_ops": "all_v2_summary_ops",
    "always_record_summaries": "always_record_summaries",
    "audio": "audio",
    "create_file_writer": "create_file_writer",
    "create_summary_file_writer": "create_file_writer",
    "eval_dir": "eval_dir",
    "flush": "legacy_raw_flush",
    "generic": "generic",
    "graph": "graph_v1",
    "histogram": "histogram",
    "image": "image",
    "import_event": "import_event",
    "initialize": "initialize",
    "never_record_summaries": "never_record_summaries",
    "record_summaries_every_n_global_steps": "record_summaries_every_n_global_steps",
    "scalar": "scalar",
    "should_record_summaries": "_legacy_contrib_should_record_summaries",
    "summary_writer_initializer_op": "summary_writer_initializer_op",
}
for _name, _today in _NAMES.items():
    TABLE.value(_name, getattr(_SUMMARIES, _today))
TABLE.gone("create_db_writer", note="use create_file_writer")
