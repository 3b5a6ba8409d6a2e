"""`tensorflow.nn.rnn_cell` and `tensorflow.python.ops.rnn`: what 0.x and 1.0 had."""

import numpy as np
import pytest

from legacy_cnn.compat import notes, options
from legacy_cnn.compat.hook import faces
from legacy_cnn.settings import RunSettings

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def release(monkeypatch):
    def set_to(name):
        monkeypatch.setattr(options, "current", RunSettings(release=name))

    return set_to


def names(tf):
    return [(each.op.name, each.shape.as_list()) for each in tf.trainable_variables()]


def imported(name):
    return faces("program").imported(name)


@pytest.mark.parametrize(
    "module",
    [
        "tensorflow.nn.rnn_cell",
        "tensorflow.python.ops.rnn_cell",
        "tensorflow.python.ops.rnn_cell_impl",
        "tensorflow.contrib.rnn",
        "tensorflow.contrib.rnn.python.ops.core_rnn_cell",
        "tensorflow.contrib.rnn.python.ops.core_rnn_cell_impl",
        "tensorflow.contrib.rnn.core_rnn_cell",
        "tensorflow.contrib.rnn.python.ops.rnn_cell",
        "tensorflow.models.rnn.rnn_cell",
    ],
)
def test_all_spellings_have_the_same_cells(old, module):
    assert imported(module).BasicLSTMCell is old.nn.rnn_cell.BasicLSTMCell
    assert imported(module)._Linear is old.nn.rnn_cell._Linear


@pytest.mark.parametrize(
    "module", ["tensorflow.python.ops.rnn", "tensorflow.models.rnn.rnn", "tensorflow.contrib.rnn"]
)
def test_functions_that_run_cells(old, module):
    rnn = imported(module)
    for name in ("static_rnn", "static_bidirectional_rnn", "static_state_saving_rnn"):
        assert getattr(rnn, name) is getattr(old.nn, name)
    for name in ("dynamic_rnn", "bidirectional_dynamic_rnn", "raw_rnn"):
        assert getattr(rnn, name) is getattr(old.nn, name)
    for name in ("rnn", "bidirectional_rnn", "state_saving_rnn"):
        assert getattr(rnn, name) is getattr(old.nn, name)


def two_layers(tf, width):
    cell = tf.nn.rnn_cell.BasicLSTMCell(3)
    stack = tf.nn.rnn_cell.MultiRNNCell([cell] * 2)
    return stack, tf.nn.static_rnn(stack, [tf.ones([1, width])] * 2, dtype=tf.float32)


@pytest.mark.parametrize("name", ["0.12.1", "1.0.1"])
def test_a_cell_times_n_is_n_cells_until_1_0(old, release, name):
    release(name)
    two_layers(old, 3)
    assert len(names(old)) == 4


def test_a_cell_times_n_shares_weights_later(old, release):
    release("1.15.5")
    two_layers(old, 3)
    assert [name for name, _ in names(old)] == [
        "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/kernel",
        "rnn/multi_rnn_cell/cell_0/basic_lstm_cell/bias",
    ]


def test_cells_that_could_not_share_weights_have_their_own(old, release):
    release("1.15.5")
    notes.clear()
    two_layers(old, 5)
    assert [shape for _, shape in names(old)] == [[8, 12], [12], [6, 12], [12]]
    assert notes.collected()[0].startswith("MultiRNNCell([cell] * n) made n cells, as until 1.0")
    notes.clear()


def test_input_size_is_left_out(old):
    cells = old.nn.rnn_cell
    assert cells.BasicLSTMCell(3, 0.0, 7, False)._forget_bias == 0.0
    assert cells.BasicLSTMCell(3, 1.0, None, False).state_size == 6
    assert cells.BasicLSTMCell(3, 1.0, True).state_size == (3, 3)
    assert cells.BasicLSTMCell(3, input_size=7).state_size == (3, 3)
    assert cells.LSTMCell(3, 7, True, None, None, 2).state_size == (3, 2)
    assert cells.LSTMCell(3, True, None, None, 2).state_size == (3, 2)
    assert cells.GRUCell(3, 7, old.nn.relu)._activation is old.nn.relu
    assert cells.BasicRNNCell(3, None, old.nn.relu)._activation is old.nn.relu
    assert cells.GRUCell(3, old.nn.relu)._activation is old.nn.relu


@pytest.mark.parametrize("kind", ["BasicLSTMCell", "LSTMCell"])
def test_a_state_in_one_tensor(old, kind):
    cell = getattr(old.nn.rnn_cell, kind)(2)
    inputs = old.ones([1, 3])
    output, state = cell(inputs, old.constant([[0.1, 0.2, 0.3, 0.4]]))
    same, (c, h) = cell(inputs, (old.constant([[0.1, 0.2]]), old.constant([[0.3, 0.4]])))
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        values = session.run([output, state, same, c, h])
    np.testing.assert_array_equal(values[0], values[2])
    np.testing.assert_array_equal(values[1], np.concatenate(values[3:], 1))


def test_a_state_of_several_cells_in_one_tensor(old):
    cells = old.nn.rnn_cell
    stack = cells.MultiRNNCell([cells.BasicLSTMCell(2), cells.GRUCell(3)])
    _, state = stack(old.ones([1, 3]), old.zeros([1, 7]))
    assert state.shape.as_list() == [1, 7]


def test_linear_takes_the_arguments_of_each_release(old):
    linear = old.nn.rnn_cell._linear
    with old.variable_scope("a"):
        linear([old.ones([1, 2]), old.ones([1, 3])], 4, True, 0.5)  # 0.12: bias_start
    linear(old.ones([1, 2]), 4, True, 0.5, "b")  # 0.12: and the scope
    linear(old.ones([1, 2]), 4, True, scope="c", bias_start=2.0)
    with old.variable_scope("d"):
        linear(old.ones([1, 2]), 4, True, old.constant_initializer(3.0), old.ones_initializer())
    with old.variable_scope("e"):
        linear(old.ones([1, 2]), 4, False)
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        values = {each.op.name: session.run(each) for each in old.global_variables()}
    starts = {name: value[0] for name, value in values.items() if name.endswith("bias")}
    assert starts == {"a/bias": 0.5, "b/bias": 0.5, "c/bias": 2.0, "d/bias": 3.0}
    assert values["a/kernel"].shape == (5, 4)
    assert (values["d/kernel"] == 1).all()
    assert old.nn.rnn_cell.linear is linear


def test_assert_like_rnncell(old):
    check = imported("tensorflow.python.ops.rnn_cell_impl").assert_like_rnncell
    check("cell", old.nn.rnn_cell.GRUCell(2))
    with pytest.raises(TypeError, match="'output_size' property is missing"):
        check("cell", object())


def test_private_names(old):
    module = imported("tensorflow.python.ops.rnn_cell_impl")
    assert issubclass(old.nn.rnn_cell.GRUCell, module.LayerRNNCell)
    assert issubclass(module.LayerRNNCell, module._RNNCell)
    assert module.RNNCell is module._RNNCell
    assert (module._WEIGHTS_VARIABLE_NAME, module._BIAS_VARIABLE_NAME) == ("kernel", "bias")


def test_a_cell_of_the_programs_own(old):
    class Own(old.nn.rnn_cell.RNNCell):
        def __init__(self, units):  # without the base's, as in 0.x
            self._units = units

        state_size = output_size = property(lambda self: self._units)

        def __call__(self, inputs, state, scope=None):
            with old.variable_scope(scope or type(self).__name__):
                return old.nn.rnn_cell._linear([inputs, state], self._units, True), state

    old.nn.dynamic_rnn(Own(3), old.ones([2, 4, 5]), dtype=old.float32)
    assert names(old) == [("rnn/Own/kernel", [8, 3]), ("rnn/Own/bias", [3])]


def test_transpose_batch_time(old):
    rnn = imported("tensorflow.python.ops.rnn")
    steps = old.placeholder(old.float32, [None, 3, 4])
    assert rnn._transpose_batch_time(steps).shape.as_list() == [3, None, 4]
    assert old.contrib.rnn.transpose_batch_time is rnn.transpose_batch_time
    with pytest.raises(ValueError, match="rank at least 2"):
        rnn._transpose_batch_time(old.ones([3]))
    assert rnn._best_effort_input_batch_size([old.ones([3, 2, 4])]) == 2
    assert old.contrib.rnn.best_effort_input_batch_size([old.ones([3, 2, 4])]) == 2


def test_reverse_seq(old):
    reverse = imported("tensorflow.python.ops.rnn")._reverse_seq
    steps = [old.constant([[each], [10 + each]]) for each in range(3)]
    assert reverse(steps, None) == steps[::-1]
    with old.Session() as session:
        values = session.run(reverse(steps, [2, 3]))
    assert [each.ravel().tolist() for each in values] == [[1, 12], [0, 11], [2, 10]]


@pytest.mark.parametrize("name", ["CFNCell", "MinimalRNNCell", "NTMCell"])
def test_cells_that_are_gone(old, name):
    with pytest.raises(AttributeError, match=name):
        getattr(old.contrib.rnn, name)


def test_what_programs_ask_of_contrib_rnn(old):
    rnn = old.contrib.rnn
    assert rnn.LSTMStateTuple(1, 2).h == 2 and rnn.LSTMStateTuple._fields == ("c", "h")
    assert issubclass(rnn.TimeReversedFusedRNN, rnn.FusedRNNCell)
    assert issubclass(rnn.LSTMBlockFusedCell, rnn.LSTMBlockWrapper)
    with pytest.raises(NotImplementedError, match="Abstract method"):
        rnn.FusedRNNCell()(None)


@pytest.mark.parametrize("kind, shape", [("Conv1DLSTMCell", [4]), ("Conv3DLSTMCell", [4, 3, 2])])
def test_convolutional_cells(old, kind, shape):
    space = len(shape)
    cell = getattr(old.contrib.rnn, kind)(
        input_shape=[*shape, 2], output_channels=3, kernel_shape=[2] * space, skip_connection=True
    )
    output, state = cell(old.ones([1, *shape, 2]), cell.zero_state(1, old.float32))
    assert output.shape.as_list() == [1, *shape, 5] and state.c.shape.as_list() == [1, *shape, 3]
    assert names(old) == [
        (f"conv_{space}d_lstm_cell/kernel", [*[2] * space, 5, 12]),
        (f"conv_{space}d_lstm_cell/biases", [12]),
    ]


def test_private_names_that_programs_import(old):
    fused = old.contrib.rnn.python.ops.fused_rnn_cell
    block = old.contrib.rnn.python.ops.lstm_ops
    assert issubclass(block.LSTMBlockFusedCell, block.LSTMBlockWrapper)
    assert isinstance(fused.FusedRNNCell, type)
    seq2seq = old.contrib.legacy_seq2seq.python.ops.seq2seq
    assert callable(seq2seq.Linear) and callable(seq2seq._extract_argmax_and_embed)
