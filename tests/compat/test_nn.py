"""`tensorflow.nn`: names and orders of 0.x."""

import numpy as np
import pytest

from legacy_cnn.compat import notes, options

pytestmark = pytest.mark.tensorflow

LOGITS, CLASSES = [[2.0, 0.0, 0.0]], [1]
ONE_HOT = [[0.0, 1.0, 0.0]]
CROSS_ENTROPY = float(np.log(np.exp([2.0, 0.0, 0.0]).sum()))


@pytest.fixture(autouse=True)
def no_notes():
    notes.clear()


def value(tf, tensor):
    with tf.Session() as session:
        return session.run(tensor)


@pytest.mark.parametrize(
    "name, labels, expected",
    [
        ("softmax_cross_entropy_with_logits", ONE_HOT, [CROSS_ENTROPY]),
        ("sparse_softmax_cross_entropy_with_logits", CLASSES, [CROSS_ENTROPY]),
        (
            "sigmoid_cross_entropy_with_logits",
            ONE_HOT,
            [[np.log1p(np.exp(2.0)), np.log(2), np.log(2)]],
        ),
    ],
)
def test_positional_losses_have_the_order_of_0x(old, name, labels, expected):
    loss = getattr(old.nn, name)
    logits = old.constant(LOGITS)
    for more in ({}, {"_sentinel": None}):
        made = loss(labels=labels, logits=logits, **more)
        np.testing.assert_allclose(value(old, made), expected, rtol=1e-6)
    assert notes.collected() == []
    for made in (loss(logits, labels), loss(logits, labels=labels)):
        np.testing.assert_allclose(value(old, made), expected, rtol=1e-6)
    (only,) = notes.collected()
    assert only.startswith(f"{name} took (logits, labels), as in 0.x ({__file__}:")


def test_a_third_argument_is_the_name_or_the_dimension(old):
    logits = old.constant(LOGITS)
    named = old.nn.softmax_cross_entropy_with_logits(logits, ONE_HOT, "xentropy")
    assert named.op.name.startswith("xentropy")
    by_column = old.nn.softmax_cross_entropy_with_logits(logits, ONE_HOT, 0)
    assert by_column.shape.as_list() == [3]
    sparse = old.nn.sparse_softmax_cross_entropy_with_logits(logits, CLASSES, "sparse")
    assert sparse.op.name.startswith("sparse/")
    targets = old.nn.sigmoid_cross_entropy_with_logits(logits=logits, targets=ONE_HOT)
    np.testing.assert_allclose(value(old, targets)[0, 0], np.log1p(np.exp(2.0)), rtol=1e-6)


def test_the_weighted_loss_keeps_its_order(old):
    loss = old.nn.weighted_cross_entropy_with_logits(ONE_HOT, old.constant(LOGITS), 3.0)
    np.testing.assert_allclose(value(old, loss)[0, 1], 3 * np.log(2), rtol=1e-6)
    assert notes.collected() == []


def test_weighted_cross_entropy_of_0x_takes_the_logits_first(old, monkeypatch):
    loss, logits = old.nn.weighted_cross_entropy_with_logits, old.constant(LOGITS)
    expected = value(old, loss(logits=logits, targets=ONE_HOT, pos_weight=3.0))
    monkeypatch.setattr(options, "release", lambda: "0.12.1")
    found = loss(logits, ONE_HOT, 3.0)
    np.testing.assert_array_equal(value(old, found), expected)
    assert notes.collected()[0].startswith("weighted_cross_entropy_with_logits took (logits, ta")


def test_softmax_takes_a_name(old):
    for name in ("softmax", "log_softmax"):
        function = getattr(old.nn, name)
        assert function(old.zeros([1, 4]), "prediction").op.name.startswith("prediction")
        assert function(old.zeros([1, 4]), 0).shape.as_list() == [1, 4]
        assert function(old.zeros([1, 4]), dim=-1, name="other").op.name.startswith("other")
    assert value(old, old.nn.softmax(old.zeros([1, 4]), "named")).tolist() == [[0.25] * 4]


@pytest.mark.parametrize("name", ["nce_loss", "sampled_softmax_loss"])
def test_sampled_losses_tell_inputs_from_labels(old, name):
    weights, biases = old.ones([5, 2]), old.zeros([5])
    inputs, labels = old.constant([[1.0, 2.0]]), old.constant([[1]], old.int64)
    sampled = old.constant([0, 2], old.int64), old.ones([1, 1]), old.ones([2])
    loss = getattr(old.nn, name)
    made = [
        loss(weights, biases, inputs, labels, 2, 5, 1, sampled),
        loss(weights, biases, labels, inputs, 2, 5, 1, sampled),
        loss(weights, biases, inputs=inputs, labels=labels, num_sampled=2, num_classes=5,
             sampled_values=sampled),
    ]  # fmt: skip
    first, *others = (value(old, each) for each in made)
    for each in others:
        np.testing.assert_array_equal(each, first)
    (only,) = notes.collected()
    assert only.startswith(f"{name} took (weights, biases, inputs, labels), as in 0.x")


def test_ctc_loss_tells_inputs_from_labels(old):
    labels = old.SparseTensor([[0, 0]], [0], [1, 2])
    inputs = old.zeros([2, 1, 3])
    first = value(old, old.nn.ctc_loss(inputs, labels, [2]))
    np.testing.assert_array_equal(value(old, old.nn.ctc_loss(labels, inputs, [2])), first)
    assert len(notes.collected()) == 1


def test_rnn_and_its_scope(old):
    steps = [old.constant([[1.0, 2.0], [3.0, 4.0]])] * 2
    cell = old.nn.rnn_cell.BasicRNNCell(3)
    outputs, state = old.nn.rnn(cell, steps, dtype=old.float32)
    assert len(outputs) == 2 and state.shape.as_list() == [2, 3]
    assert all(each.name.startswith("RNN/") for each in old.all_variables())


def test_bidirectional_rnn(old):
    """Values of 0.12.1, with all weights 0.1."""
    steps = [old.constant([[1.0, 2.0], [3.0, 4.0]])] * 2
    cells = [old.nn.rnn_cell.BasicRNNCell(3) for _ in range(2)]
    made = old.nn.bidirectional_rnn(*cells, steps, dtype=old.float32, sequence_length=[1, 2])
    names = [each.name for each in old.all_variables()]
    assert [each[:9] for each in names] == ["BiRNN/FW/"] * 2 + ["BiRNN/BW/"] * 2
    with old.Session() as session:
        for each in old.all_variables():
            session.run(each.assign(old.fill(each.shape, 0.1)))
        (first, second), forward, backward = session.run(made)
    near = {"rtol": 1e-5}
    np.testing.assert_allclose(first[:, 0], [0.379949, 0.66403687], **near)
    np.testing.assert_allclose(first[:, 3], [0.379949, 0.7612628], **near)
    np.testing.assert_allclose(second[:, 0], [0, 0.7612628], **near)
    np.testing.assert_allclose(second[:, 3], [0, 0.66403687], **near)
    np.testing.assert_allclose(forward[:, 0], [0.379949, 0.7612628], **near)
    np.testing.assert_allclose(backward[:, 0], [0.379949, 0.7612628], **near)


@pytest.mark.parametrize("name", ["bidirectional_dynamic_rnn", "static_bidirectional_rnn"])
@pytest.mark.parametrize("release, count", [("0.12.1", 4), ("1.0.1", 4), ("1.15.5", 2)])
def test_one_cell_in_both_directions(name, release, count):
    from legacy_cnn import compat
    from legacy_cnn.compat.hook import faces

    with compat.installed(release=release):
        tf = faces("program").imported("tensorflow")
        with tf.Graph().as_default():
            cell = tf.nn.rnn_cell.GRUCell(3)
            inputs = tf.ones([2, 4, 5]) if "dynamic" in name else [tf.ones([2, 5])] * 4
            getattr(tf.nn, name)(cell, cell, inputs, dtype=tf.float32)
            kernels = [each for each in tf.trainable_variables() if each.shape.ndims == 2]
    assert len(kernels) == count


def test_bidirectional_rnn_with_one_cell(old):
    cell = old.nn.rnn_cell.BasicRNNCell(3)
    old.nn.bidirectional_rnn(cell, cell, [old.ones([2, 5])] * 4, dtype=old.float32)
    assert len(old.trainable_variables()) == 4


def test_state_saving_rnn(old):
    class Saver:
        saved = []

        def state(self, name):
            return old.zeros([2, 3])

        def save_state(self, name, value):
            self.saved.append(name)
            return old.no_op()

    steps = [old.constant([[1.0, 2.0], [3.0, 4.0]])] * 2
    outputs, _ = old.nn.state_saving_rnn(old.nn.rnn_cell.BasicRNNCell(3), steps, Saver(), "h")
    assert len(outputs) == 2 and Saver.saved == ["h"]
    assert all(each.name.startswith("RNN/") for each in old.all_variables())


@pytest.mark.parametrize("name", ["avg_pool3d", "max_pool3d"])
def test_pooling_of_volumes_takes_a_name(old, name):
    volume, ones = old.ones([1, 2, 2, 2, 1]), [1] * 5
    assert getattr(old.nn, name)(volume, ones, ones, "SAME", "pooled").op.name == "pooled"
    assert getattr(old.nn, name)(volume, ones, ones, "SAME", "NDHWC").op.name != "NDHWC"


def test_conv3d_takes_a_name(old):
    volume, ones = old.ones([1, 2, 2, 2, 1]), [1] * 5
    assert old.nn.conv3d(volume, old.ones(ones), ones, "SAME", "convolved").op.name == "convolved"


def test_arguments_that_1x_had(old):
    """`dropout(keep_prob)`, `moments(keep_dims)` and the normalization of 0.x."""
    dropped = value(old, old.nn.dropout(old.ones([1000]), keep_prob=0.5))
    assert set(dropped.tolist()) == {0.0, 2.0}
    mean, variance = old.nn.moments(old.constant([[1.0, 3.0]]), [1], keep_dims=True)
    assert mean.shape.as_list() == [1, 1] and value(old, variance).tolist() == [[1]]
    four = old.constant([1.0, 3.0], shape=[1, 1, 2, 1])
    normal = old.nn.batch_norm_with_global_normalization(
        four, *(old.constant([each]) for each in (2.0, 1.0, 0.5, 2.0)), 0.0, True
    )
    assert value(old, normal).ravel().tolist() == [-1.5, 2.5]
