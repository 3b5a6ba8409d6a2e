"""`tensorflow.python.training` and `tensorflow.python.summary`: the names of 0.x in them."""

from legacy_cnn.compat.rows import Table

_PYTHON = "tensorflow.python"
_WRITERS = {
    "SummaryWriter": "tf.summary.FileWriter",
    "SummaryWriterCache": "tf.summary.FileWriterCache",
}

TRAINING = Table(f"{_PYTHON}.training.training", real=f"{_PYTHON}.training.training")
TRAINING.names(_WRITERS, until="0.12")
TRAINING.names({"SyncReplicasOptimizerV2": "tf.train.SyncReplicasOptimizer"}, until="0.12")
TRAINING.gone(
    "do_quantize_training_on_graphdef", note="use tf.quantization.fake_quant_with_min_max_args"
)

SUMMARY_IO = Table(f"{_PYTHON}.training.summary_io", real="tensorflow.compat.v1.train")
SUMMARY_IO.names(_WRITERS, until="0.12")

ITERATOR = Table(f"{_PYTHON}.summary.summary_iterator", real=f"{_PYTHON}.summary.summary_iterator")
ITERATOR.names(_WRITERS, until="1.4")
