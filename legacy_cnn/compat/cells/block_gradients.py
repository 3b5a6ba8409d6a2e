"""The gradients of LSTMBlockCell and GRUBlockCell, which went with `tf.contrib.rnn`."""

import contextlib
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.cells.core import depth

#: Of the gradients' names in TensorFlow's registry, which is the process's.
_PREFIX = "LegacyCnn"


def differentiable(kernel: str) -> contextlib.AbstractContextManager[Any]:
    """Gives an operation that is made in the block the gradient that it had."""
    context: contextlib.AbstractContextManager[Any]
    context = tf.get_default_graph().gradient_override_map({kernel: _PREFIX + kernel})
    return context


@tf.RegisterGradient(_PREFIX + "LSTMBlockCell")
def _lstm_block_cell_gradient(operation: tf.Operation, *gradients: Any) -> Any:
    x, cs_prev, h_prev, w, wci, wcf, wco, b = operation.inputs
    i, cs, f, o, ci, co, _ = operation.outputs
    back = tf.raw_ops.LSTMBlockCellGrad(
        **{"x": x, "cs_prev": cs_prev, "h_prev": h_prev, "w": w, "wci": wci, "wcf": wcf},
        **{"wco": wco, "b": b, "i": i, "cs": cs, "f": f, "o": o, "ci": ci, "co": co},
        cs_grad=gradients[1],
        h_grad=gradients[6],
        use_peephole=operation.get_attr("use_peephole"),
    )
    joined = tf.matmul(back.dicfo, w, transpose_b=True)
    x_gradient, h_gradient = tf.split(joined, [depth(x), depth(h_prev)], 1)
    w_gradient = tf.matmul(tf.concat([x, h_prev], 1), back.dicfo, transpose_a=True)
    holes = back.wci_grad, back.wcf_grad, back.wco_grad
    b_gradient = tf.reduce_sum(back.dicfo, 0)
    return x_gradient, back.cs_prev_grad, h_gradient, w_gradient, *holes, b_gradient


@tf.RegisterGradient(_PREFIX + "GRUBlockCell")
def _gru_block_cell_gradient(operation: tf.Operation, *gradients: Any) -> Any:
    x, h_prev, w_ru, w_c, b_ru, b_c = operation.inputs
    r, u, c, _ = operation.outputs
    back = tf.raw_ops.GRUBlockCellGrad(
        **{"x": x, "h_prev": h_prev, "w_ru": w_ru, "w_c": w_c, "b_ru": b_ru, "b_c": b_c},
        **{"r": r, "u": u, "c": c, "d_h": gradients[3]},
    )
    gates, candidate = back.d_r_bar_u_bar, back.d_c_bar
    w_ru_gradient = tf.matmul(tf.concat([x, h_prev], 1), gates, transpose_a=True)
    w_c_gradient = tf.matmul(tf.concat([x, h_prev * r], 1), candidate, transpose_a=True)
    biases = tf.reduce_sum(gates, 0), tf.reduce_sum(candidate, 0)
    return back.d_x, back.d_h_prev, w_ru_gradient, w_c_gradient, *biases
