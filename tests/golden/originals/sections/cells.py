"""Recurrent cells, their wrappers, and the functions that unroll them."""

from __future__ import absolute_import, division, print_function

import numpy as np

from . import core, layers

BATCH, TIME, SIZE, UNITS = 2, 3, 2, 3
#: Case -> the cell's name, arguments that are numbers, and the others.
CELLS = {
    "BasicRNNCell": ("BasicRNNCell", {}, {}),
    "BasicLSTMCell": ("BasicLSTMCell", {}, {}),
    "BasicLSTMCell, forget_bias": ("BasicLSTMCell", {"forget_bias": 0.5}, {}),
    "BasicLSTMCell, state as one": ("BasicLSTMCell", {}, {"state_is_tuple": False}),
    "LSTMCell": ("LSTMCell", {}, {}),
    "LSTMCell, peepholes": ("LSTMCell", {}, {"use_peepholes": True}),
    "LSTMCell, projection": ("LSTMCell", {}, {"num_proj": 2}),
    "LSTMCell, peepholes, projection, clips": (
        "LSTMCell",
        {"cell_clip": 0.4, "proj_clip": 0.1, "forget_bias": 0.5},
        {"use_peepholes": True, "num_proj": 2},
    ),
    "GRUCell": ("GRUCell", {}, {}),
    "LSTMBlockCell": ("LSTMBlockCell", {}, {}),
    "LSTMBlockCell, peepholes": ("LSTMBlockCell", {}, {"use_peephole": True}),
    "GRUBlockCell": ("GRUBlockCell", {}, {}),
    "LayerNormBasicLSTMCell": ("LayerNormBasicLSTMCell", {}, {}),
    "UGRNNCell": ("UGRNNCell", {}, {}),
    "CoupledInputForgetGateLSTMCell": ("CoupledInputForgetGateLSTMCell", {}, {}),
}
NAMES = sorted({row[0] for row in CELLS.values()})
WRAPPERS = (
    "MultiRNNCell",
    "ResidualWrapper",
    "DropoutWrapper",
    "OutputProjectionWrapper",
    "InputProjectionWrapper",
    "AttentionCellWrapper",
)


def cases(tf):
    for name in NAMES:
        yield name + ", defaults", _defaults(name)
        yield name + ", initial", _initial(name)
    for name, row in sorted(CELLS.items()):
        yield name, _unrolled(row, _dynamic)
    for name in WRAPPERS:
        yield name, _unrolled(name, _dynamic)
    for name in ("BasicLSTMCell", "GRUCell"):
        row = CELLS[name]
        yield name + ", lengths", _unrolled(row, _dynamic, lengths=[3, 1], is_brief=True)
        yield name + ", static", _unrolled(row, _static, is_brief=True)
        yield name + ", static, lengths", _unrolled(row, _static, lengths=[3, 1], is_brief=True)
        yield name + ", time_major", _unrolled(row, _time_major, is_brief=True)
        yield name + ", bidirectional", _unrolled(row, _bidirectional, [3, 1], is_brief=True)
        yield name + ", initial state", _unrolled(row, _dynamic, from_state=True, is_brief=True)


def cell_class(tf, name):
    """A cell where a release has it: `tf.nn.rnn_cell` but in 1.0, and `tf.contrib.rnn`."""
    if hasattr(tf.nn, "rnn_cell") and hasattr(tf.nn.rnn_cell, name):
        return getattr(tf.nn.rnn_cell, name)
    return getattr(tf.contrib.rnn, name)


def _defaults(name):
    return lambda tf, session, inputs: core.defaults(cell_class(tf, name))


def _made(tf, inputs, row):
    """A cell, or a wrapper of cells."""
    if isinstance(row, tuple):
        name, numbers, others = row
        given = {key: inputs.number(value) for key, value in numbers.items()}
        return cell_class(tf, name)(UNITS, **dict(given, **others))
    wrapper = cell_class(tf, row)

    def gru():
        return cell_class(tf, "GRUCell")(SIZE if row == "ResidualWrapper" else UNITS)

    if row == "MultiRNNCell":
        return wrapper([gru(), gru()])
    if row == "DropoutWrapper":  # keeps all: its noise has another name in each release
        return wrapper(gru(), input_keep_prob=1.0, output_keep_prob=1.0)
    if row == "ResidualWrapper":
        return wrapper(gru())
    if row == "AttentionCellWrapper":
        return wrapper(gru(), 2, state_is_tuple=True)
    return wrapper(gru(), 2)


def _initial(name):
    """What its variables begin with."""

    def case(tf, session, inputs):
        cell = cell_class(tf, name)(UNITS)
        tf.nn.dynamic_rnn(cell, tf.zeros([BATCH, TIME, SIZE]), dtype=tf.float32)
        core.initialize(tf, session)
        values = session.run(tf.trainable_variables())
        return {
            "constants": {
                each.op.name: float(value.reshape(-1)[0])
                for each, value in zip(tf.trainable_variables(), values)
                if np.all(value == value.reshape(-1)[0])
            }
        }

    return case


def _unrolled(row, unroll, lengths=None, from_state=False, is_brief=False):
    """Outputs, last state and gradients, with given weights; if brief, of the inputs alone."""

    def case(tf, session, inputs):
        x = tf.constant(inputs.normal("x", BATCH, TIME, SIZE))
        others = {"sequence_length": lengths} if lengths else {}
        cell = _made(tf, inputs, row)
        if from_state:
            others["initial_state"] = _state(tf, inputs, cell)
        else:
            others["dtype"] = tf.float32
        outputs, state = unroll(tf, inputs, row, cell, x, others)
        core.initialize(tf, session)
        layers.assign(tf, session, inputs)
        weights = tf.trainable_variables()
        upstream = inputs.normal("upstream", *outputs.get_shape().as_list())
        slopes = tf.gradients(outputs, [x] if is_brief else [x] + weights, upstream)
        seen = {"gradient %d" % i: each for i, each in enumerate(slopes) if each is not None}
        seen.update({"state %d" % i: each for i, each in enumerate(flat(state))})
        return dict(
            session.run(dict(seen, outputs=outputs)),
            variables=core.variables(tf),
        )

    return case


def _state(tf, inputs, cell):
    """An initial state; that of a wrapper is not built."""
    if isinstance(cell.state_size, int):
        return tf.constant(inputs.normal("state", BATCH, cell.state_size))
    parts = [inputs.normal("state %d" % i, BATCH, size) for i, size in enumerate(cell.state_size)]
    return type(cell.state_size)(*map(tf.constant, parts))


def flat(state):
    """The tensors of a state, in order."""
    if isinstance(state, (list, tuple)):
        return [each for part in state for each in flat(part)]
    return [state]


def _dynamic(tf, inputs, row, cell, x, others):
    return tf.nn.dynamic_rnn(cell, x, **others)


def _time_major(tf, inputs, row, cell, x, others):
    return tf.nn.dynamic_rnn(cell, tf.transpose(x, [1, 0, 2]), time_major=True, **others)


def _static(tf, inputs, row, cell, x, others):
    """`static_rnn` takes a list of steps; it is `tf.nn.rnn` in 0.12, contrib's in 1.0."""
    function = getattr(tf.nn, "static_rnn", None) or getattr(tf.nn, "rnn", None)
    function = function or tf.contrib.rnn.static_rnn
    outputs, state = function(cell, [x[:, step] for step in range(TIME)], **others)
    joined = tf.transpose(tf.stack(outputs), [1, 0, 2])
    joined.set_shape([BATCH, TIME, None])
    return joined, state


def _bidirectional(tf, inputs, row, cell, x, others):
    function = tf.nn.bidirectional_dynamic_rnn
    outputs, states = function(cell, _made(tf, inputs, row), x, **others)
    return tf.transpose(tf.stack(outputs), [1, 2, 3, 0]), states
