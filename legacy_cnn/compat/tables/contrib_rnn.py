"""`tensorflow.contrib.rnn`, and the modules below it."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.cells import (
    block,
    convolutional,
    gated,
    grid,
    independent,
    lstm,
    normalized,
    wrappers,
)
from legacy_cnn.compat.rows import Table
from legacy_cnn.compat.tables import rnn, rnn_cell

TABLE = Table("tensorflow.contrib.rnn", note="the cells of tf.nn.rnn_cell are there")

_CELLS = {
    block: (
        "FusedRNNCell",
        "FusedRNNCellAdaptor",
        "GRUBlockCell",
        "GRUBlockCellV2",
        "LSTMBlockCell",
        "LSTMBlockFusedCell",
        "LSTMBlockWrapper",
        "TimeReversedFusedRNN",
    ),
    convolutional: ("Conv1DLSTMCell", "Conv2DLSTMCell", "Conv3DLSTMCell", "ConvLSTMCell"),
    gated: (
        "IntersectionRNNCell",
        "NASCell",
        "PhasedLSTMCell",
        "SRUCell",
        "UGRNNCell",
    ),
    grid: ("BidirectionalGridLSTMCell", "GridLSTMCell", "TimeFreqLSTMCell"),
    independent: ("IndRNNCell", "IndyGRUCell", "IndyLSTMCell"),
    lstm: ("CoupledInputForgetGateLSTMCell", "GLSTMCell"),
    normalized: ("LayerNormBasicLSTMCell", "LayerNormLSTMCell", "WeightNormLSTMCell"),
    wrappers: (
        "AttentionCellWrapper",
        "CompiledWrapper",
        "EmbeddingWrapper",
        "HighwayWrapper",
        "InputProjectionWrapper",
        "OutputProjectionWrapper",
    ),
}
for _module, _names in _CELLS.items():
    for _name in _names:
        TABLE.value(_name, getattr(_module, _name))
for _table in (rnn.TABLE, rnn_cell.TABLE):
    for _name, _row in _table.rows.items():
        TABLE.rows.setdefault(_name, _row)

_NOTE = "build the cell from tf.nn.rnn_cell.RNNCell"
TABLE.gone("CFNCell", "MinimalRNNCell", "NTMCell", note=_NOTE)


def _layers(cells_fw: Any, cells_bw: Any, states_fw: Any, states_bw: Any) -> list[Any]:
    """Checks what a stack is made of, and gives each layer's cells and first states.

    Raises:
      ValueError: it is not lists of the same length.
    """
    if not cells_fw:
        raise ValueError("Must specify at least one fw cell for BidirectionalRNN.")
    if not cells_bw:
        raise ValueError("Must specify at least one bw cell for BidirectionalRNN.")
    for name, value in {"cells_fw": cells_fw, "cells_bw": cells_bw}.items():
        if not isinstance(value, list):
            raise ValueError(f"{name} must be a list of RNNCells (one per layer).")
    if len(cells_fw) != len(cells_bw):
        raise ValueError("Forward and Backward cells must have the same depth.")
    for name, value in {"initial_states_fw": states_fw, "initial_states_bw": states_bw}.items():
        if value is not None and (not isinstance(value, list) or len(value) != len(cells_fw)):
            raise ValueError(f"{name} must be a list of state tensors (one per layer).")
    nothing = [None] * len(cells_fw)
    return list(zip(cells_fw, cells_bw, states_fw or nothing, states_bw or nothing, strict=True))


@TABLE.serves()
def stack_bidirectional_rnn(
    cells_fw: Any,
    cells_bw: Any,
    inputs: Any,
    initial_states_fw: Any = None,
    initial_states_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    scope: Any = None,
) -> Any:
    """Layers of static bidirectional RNNs: each has both directions of the one below as input.

    Returns:
      The last layer's outputs, and for each direction a tuple of the layers' last states.
    """
    layers = _layers(cells_fw, cells_bw, initial_states_fw, initial_states_bw)
    states = []
    with tf.variable_scope(scope or "stack_bidirectional_rnn"):
        for index, (cell_fw, cell_bw, first_fw, first_bw) in enumerate(layers):
            with tf.variable_scope(f"cell_{index}") as cell_scope:
                inputs, *last = tf.nn.static_bidirectional_rnn(
                    cell_fw,
                    cell_bw,
                    inputs,
                    initial_state_fw=first_fw,
                    initial_state_bw=first_bw,
                    sequence_length=sequence_length,
                    dtype=dtype,
                    scope=cell_scope,
                )
            states.append(last)
    return inputs, *zip(*states, strict=True)


@TABLE.serves()
def stack_bidirectional_dynamic_rnn(
    cells_fw: Any,
    cells_bw: Any,
    inputs: Any,
    initial_states_fw: Any = None,
    initial_states_bw: Any = None,
    dtype: Any = None,
    sequence_length: Any = None,
    parallel_iterations: Any = None,
    time_major: bool = False,
    scope: Any = None,
    swap_memory: bool = False,
) -> Any:
    """As `stack_bidirectional_rnn`, of one tensor [batch, time, depth]."""
    layers = _layers(cells_fw, cells_bw, initial_states_fw, initial_states_bw)
    states = []
    with tf.variable_scope(scope or "stack_bidirectional_rnn"):
        for index, (cell_fw, cell_bw, first_fw, first_bw) in enumerate(layers):
            with tf.variable_scope(f"cell_{index}"):
                outputs, last = tf.nn.bidirectional_dynamic_rnn(
                    cell_fw,
                    cell_bw,
                    inputs,
                    initial_state_fw=first_fw,
                    initial_state_bw=first_bw,
                    sequence_length=sequence_length,
                    parallel_iterations=parallel_iterations,
                    dtype=dtype,
                    swap_memory=swap_memory,
                    time_major=time_major,
                )
            inputs = tf.concat(outputs, 2)
            states.append(last)
    return inputs, *zip(*states, strict=True)
