"""`tensorflow.python.ops`: what moved out of its modules, and what they took in 0.x."""

from collections.abc import Iterable

from legacy_cnn.compat.rows import Table

_OPS = "tensorflow.python.ops"


def _table(
    module: str, today: Iterable[str] = (), old: Iterable[str] = (), nn: bool = False
) -> Table:
    """A module of operations.

    Args:
      module: its name.
      today: what `tf` has under the same name.
      old: what is a row of `tensorflow`, or of `tensorflow.nn`.
      nn: whether names are those of `tensorflow.nn`.
    """
    table = Table(f"{_OPS}.{module}", real=f"{_OPS}.{module}")
    public = "nn." if nn else ""
    table.names({name: f"tf.{public}{name}" for name in today})
    table.names({name: f"=tensorflow.{public}{name}" for name in old})
    return table


ARRAYS = _table(
    "array_ops",
    today=("stack", "unstack", "expand_dims", "squeeze", "where"),
    old=("concat", "concat_v2", "split", "split_v", "pack", "unpack", "reverse", "listdiff",
         "select"),
)  # fmt: skip
MATH = _table(
    "math_ops",
    today=("argmax", "argmin", "fft", "fft2d", "fft3d", "ifft", "ifft2d", "ifft3d", "reduce_all",
           "reduce_any", "reduce_logsumexp", "reduce_max", "reduce_mean", "reduce_min",
           "reduce_prod", "reduce_sum"),
    old=("batch_matmul", "complex_abs", "inv", "mul", "neg", "select", "sub"),
)  # fmt: skip
CONTROL_FLOW = _table("control_flow_ops", today=("Assert", "while_loop"), old=("cond", "case"))
DATA_FLOW = _table("data_flow_ops", today=("initialize_all_tables",))
FUNCTIONAL = _table("functional_ops", today=("map_fn",))
GRADIENTS = _table("gradients_impl", today=("AggregationMethod",))
LOGGING = _table(
    "logging_ops",
    old=("audio_summary", "histogram_summary", "image_summary", "merge_all_summaries",
         "merge_summary", "scalar_summary"),
)  # fmt: skip
RANDOM = _table("random_ops", today=("random_crop",))
SCOPES = _table("variable_scope")
SCOPES.names({"variable": "tf.Variable"})
VARIABLES = _table(
    "variables",
    today=("Variable", "is_variable_initialized", "global_variables_initializer"),
    old=("all_variables", "initialize_all_variables"),
)
VARIABLES.names({"VariableV1": "tf.Variable", "RefVariable": "tf.Variable"})
INIT = _table("init_ops", old=("ones_initializer", "zeros_initializer"))

_LOSSES = (
    "softmax_cross_entropy_with_logits",
    "sparse_softmax_cross_entropy_with_logits",
)
NN_OPS = _table("nn_ops", old=(*_LOSSES, "softmax", "log_softmax"), nn=True)
_SAMPLED = ("nce_loss", "sampled_softmax_loss", "sigmoid_cross_entropy_with_logits")
NN_IMPL = _table("nn_impl", old=_SAMPLED, nn=True)
_RNN = (
    "bidirectional_dynamic_rnn",
    "dynamic_rnn",
    "raw_rnn",
    "static_bidirectional_rnn",
    "static_rnn",
    "static_state_saving_rnn",
    "bidirectional_rnn",
    "rnn",
    "state_saving_rnn",
)
NN = _table("nn", old=(*_LOSSES, *_SAMPLED, *_RNN, "softmax", "log_softmax", "ctc_loss"), nn=True)

SUMMARIES = Table(f"{_OPS}.summary_ops", real="tensorflow.compat.v1.summary")
SPECTRAL = Table(f"{_OPS}.spectral_ops", real="tensorflow.compat.v1.spectral")
