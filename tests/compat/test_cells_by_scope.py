"""Cells of 0.x and 1.0: the names of their variables, which are the variable scope's."""

import numpy as np
import pytest

from legacy_cnn.compat import options
from legacy_cnn.compat.hook import faces
from legacy_cnn.settings import RunSettings

pytestmark = pytest.mark.tensorflow


@pytest.fixture(params=["0.12.1", "1.0.1"])
def release(request, old, monkeypatch):
    monkeypatch.setattr(options, "current", RunSettings(release=request.param))
    return request.param


#: As printed by 0.12.1 and 1.0.1: a cell -> names below `RNN/` and `rnn/`.
NAMES = {
    "BasicRNNCell(5)": (
        "BasicRNNCell/Linear/Matrix BasicRNNCell/Linear/Bias",
        "basic_rnn_cell/weights basic_rnn_cell/biases",
    ),
    "GRUCell(5)": (
        "GRUCell/Gates/Linear/Matrix GRUCell/Gates/Linear/Bias "
        "GRUCell/Candidate/Linear/Matrix GRUCell/Candidate/Linear/Bias",
        "gru_cell/gates/weights gru_cell/gates/biases "
        "gru_cell/candidate/weights gru_cell/candidate/biases",
    ),
    "BasicLSTMCell(5)": (
        "BasicLSTMCell/Linear/Matrix BasicLSTMCell/Linear/Bias",
        "basic_lstm_cell/weights basic_lstm_cell/biases",
    ),
    "LSTMCell(5, use_peepholes=True, num_proj=3)": (
        "LSTMCell/W_0 LSTMCell/B LSTMCell/W_F_diag LSTMCell/W_I_diag LSTMCell/W_O_diag "
        "LSTMCell/W_P_0",
        "lstm_cell/weights lstm_cell/biases lstm_cell/w_f_diag lstm_cell/w_i_diag "
        "lstm_cell/w_o_diag lstm_cell/projection/weights",
    ),
    "MultiRNNCell([BasicRNNCell(5)] * 2)": (
        "MultiRNNCell/Cell0/BasicRNNCell/Linear/Matrix MultiRNNCell/Cell0/BasicRNNCell/Linear/Bias "
        "MultiRNNCell/Cell1/BasicRNNCell/Linear/Matrix MultiRNNCell/Cell1/BasicRNNCell/Linear/Bias",
        "multi_rnn_cell/cell_0/basic_rnn_cell/weights multi_rnn_cell/cell_0/basic_rnn_cell/biases "
        "multi_rnn_cell/cell_1/basic_rnn_cell/weights multi_rnn_cell/cell_1/basic_rnn_cell/biases",
    ),
    "DropoutWrapper(BasicRNNCell(5), output_keep_prob=0.5)": (
        "BasicRNNCell/Linear/Matrix BasicRNNCell/Linear/Bias",
        "basic_rnn_cell/weights basic_rnn_cell/biases",
    ),
    "OutputProjectionWrapper(BasicRNNCell(5), 6)": (
        "BasicRNNCell/Linear/Matrix BasicRNNCell/Linear/Bias "
        "OutputProjectionWrapper/Linear/Matrix OutputProjectionWrapper/Linear/Bias",
        "basic_rnn_cell/weights basic_rnn_cell/biases "
        "output_projection_wrapper/weights output_projection_wrapper/biases",
    ),
    "InputProjectionWrapper(BasicRNNCell(5), 6)": (
        "InputProjectionWrapper/Linear/Matrix InputProjectionWrapper/Linear/Bias "
        "BasicRNNCell/Linear/Matrix BasicRNNCell/Linear/Bias",
        "input_projection_wrapper/weights input_projection_wrapper/biases "
        "basic_rnn_cell/weights basic_rnn_cell/biases",
    ),
    "LayerNormBasicLSTMCell(5, layer_norm=False)": (
        "LayerNormBasicLSTMCell/linear/weights LayerNormBasicLSTMCell/linear/b",
        "layer_norm_basic_lstm_cell/weights layer_norm_basic_lstm_cell/biases",
    ),
    "LSTMBlockCell(5, use_peephole=True)": (
        "LSTMBlockCell/W LSTMBlockCell/b LSTMBlockCell/wci LSTMBlockCell/wcf LSTMBlockCell/wco",
        "lstm_cell/weights lstm_cell/biases lstm_cell/w_i_diag lstm_cell/w_f_diag "
        "lstm_cell/w_o_diag",
    ),
    "AttentionCellWrapper(BasicRNNCell(5), 2, state_is_tuple=True)": (
        "AttentionCellWrapper/Linear/Matrix AttentionCellWrapper/Linear/Bias "
        "AttentionCellWrapper/BasicRNNCell/Linear/Matrix "
        "AttentionCellWrapper/BasicRNNCell/Linear/Bias "
        "AttentionCellWrapper/Attention/AttnW AttentionCellWrapper/Attention/AttnV "
        "AttentionCellWrapper/Attention/Linear/Matrix AttentionCellWrapper/Attention/Linear/Bias "
        "AttentionCellWrapper/AttnOutputProjection/Linear/Matrix "
        "AttentionCellWrapper/AttnOutputProjection/Linear/Bias",
        "attention_cell_wrapper/weights attention_cell_wrapper/biases "
        "attention_cell_wrapper/basic_rnn_cell/weights "
        "attention_cell_wrapper/basic_rnn_cell/biases "
        "attention_cell_wrapper/attention/attn_w attention_cell_wrapper/attention/attn_v "
        "attention_cell_wrapper/attention/weights attention_cell_wrapper/attention/biases "
        "attention_cell_wrapper/attn_output_projection/weights "
        "attention_cell_wrapper/attn_output_projection/biases",
    ),
}


def names(tf):
    return [each.op.name for each in tf.trainable_variables()]


def cell_of(tf, text):
    rnn = tf.contrib.rnn
    return eval(text, {name: getattr(rnn, name) for name in dir(rnn) if "__" not in name})


@pytest.mark.parametrize("text", NAMES)
def test_names_of_then(old, release, text):
    old.nn.dynamic_rnn(cell_of(old, text), old.ones([2, 3, 4]), dtype=old.float32)
    is_0x = release == "0.12.1"
    wanted = NAMES[text][0 if is_0x else 1].split()
    assert names(old) == [("RNN/" if is_0x else "rnn/") + each for each in wanted]


def test_a_scope_that_is_given_is_the_cells(old, release):
    cell = old.nn.rnn_cell.BasicLSTMCell(5)
    cell(old.ones([2, 4]), cell.zero_state(2, old.float32), scope="s")
    with old.variable_scope("t"):
        cell(old.ones([2, 4]), cell.zero_state(2, old.float32), "s")
        old.get_variable_scope().reuse_variables()
        cell(old.ones([2, 4]), cell.zero_state(2, old.float32), "s")
    kernel, bias = ("Linear/Matrix", "Linear/Bias")
    if release != "0.12.1":
        kernel, bias = "weights", "biases"
    assert names(old) == [f"s/{kernel}", f"s/{bias}", f"t/s/{kernel}", f"t/s/{bias}"]


def test_both_directions(old, release):
    cell = old.nn.rnn_cell.BasicRNNCell(5)
    (ahead, back), _ = old.nn.bidirectional_dynamic_rnn(
        cell, cell, old.ones([2, 3, 4]), old.constant([3, 1]), dtype=old.float32
    )
    assert ahead.shape.as_list()[-1] == back.shape.as_list()[-1] == 5
    wanted = {
        "0.12.1": ("BiRNN/FW/BasicRNNCell/Linear/", "BiRNN/BW/BasicRNNCell/Linear/"),
        "1.0.1": ("bidirectional_rnn/fw/basic_rnn_cell/", "bidirectional_rnn/bw/basic_rnn_cell/"),
    }[release]
    assert {each.rpartition("/")[0] + "/" for each in names(old)} == set(wanted)
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        values = session.run(back)
    np.testing.assert_array_equal(values[1, 1:], 0)


def test_numbers_are_those_of_todays_cells(old, release, monkeypatch):
    def outputs(name):
        monkeypatch.setattr(options, "current", RunSettings(release=name))
        ones = old.ones_initializer()
        with old.variable_scope(f"v{name[0]}{name[2]}", initializer=ones):
            cells = [
                old.nn.rnn_cell.GRUCell(3),
                old.nn.rnn_cell.LSTMCell(3, initializer=ones, use_peepholes=True, num_proj=2),
            ]
            stack = old.nn.rnn_cell.MultiRNNCell(cells)
            return old.nn.dynamic_rnn(stack, old.ones([2, 3, 4]) / 9, dtype=old.float32)[0]

    now, then = outputs("1.15.5"), outputs(release)
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        np.testing.assert_array_equal(*session.run([now, then]))


def test_a_state_in_one_tensor_of_several_cells(old, release):
    cells = [old.nn.rnn_cell.BasicRNNCell(2), old.nn.rnn_cell.GRUCell(3)]
    stack = old.nn.rnn_cell.MultiRNNCell(cells, state_is_tuple=False)
    _, state = stack(old.ones([1, 3]), stack.zero_state(1, old.float32))
    assert state.shape.as_list() == [1, 5]


def test_shards(old, release):
    cell = old.nn.rnn_cell.LSTMCell(4, num_unit_shards=2, num_proj=2)
    old.nn.dynamic_rnn(cell, old.ones([2, 3, 4]), dtype=old.float32)
    wanted = {
        "0.12.1": ["RNN/LSTMCell/W_0", "RNN/LSTMCell/W_1"],
        "1.0.1": ["rnn/lstm_cell/weights/part_0", "rnn/lstm_cell/weights/part_1"],
    }[release]
    assert names(old)[:2] == wanted


def test_the_linear_map_of_a_programs_own_cell(old, release):
    linear = faces("program").imported("tensorflow.python.ops.rnn_cell")._linear
    with old.variable_scope("own"):
        linear([old.ones([2, 3])], 4, True, 0.0, "Deep")
    wanted = {"0.12.1": ["own/Deep/Matrix", "own/Deep/Bias"]}
    assert names(old) == wanted.get(release, ["own/weights", "own/biases"])
