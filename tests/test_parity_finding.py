"""What a graph's names would say is found in the graph."""

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity
from legacy_cnn.errors import ForeignGraphError, ParityError
from legacy_cnn.parity import loops, packing
from legacy_cnn.parity.batches import batches_of, with_labels_as_inputs
from legacy_cnn.parity.drawn_data import DrawnData
from legacy_cnn.parity.finding.finder import complete
from legacy_cnn.parity.references import open_reference
from legacy_cnn.settings import ParitySettings

pytestmark = pytest.mark.tensorflow


def found(build, **given):
    with tf.Graph().as_default() as graph:
        returned = build()
        return complete(graph, {**(returned or {}), **given}, "the graph", 0.5)


def variable(name, *shape, **options):
    return tf1.get_variable(name, shape, initializer=tf1.ones_initializer(), **options)


def classifier():
    """A dropout, a decay, a counted step, and averages of the weights after it."""
    x = tf1.placeholder(tf.float32, [None, 6], name="x")
    y = tf1.placeholder(tf.int64, [None], name="y")
    keep = tf1.placeholder(tf.float32, name="keep")
    step = tf1.train.get_or_create_global_step()
    kernel, bias = variable("kernel", 6, 4), variable("bias", 4)
    hidden = tf.nn.relu(tf.matmul(x, kernel) + bias, name="hidden")
    dropped = tf1.nn.dropout(hidden, keep_prob=keep)
    scores = tf.matmul(dropped, variable("last", 4, 3), name="scores")
    loss = tf.reduce_mean(
        tf1.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=scores), name="cost"
    )
    total = tf.add(loss, 0.01 * tf.nn.l2_loss(kernel), name="total")
    rate = tf1.train.exponential_decay(0.1, step, 10, 0.9)
    update = tf1.train.MomentumOptimizer(rate, 0.9).minimize(total, global_step=step)
    with tf1.control_dependencies([update]):
        averages = tf1.train.ExponentialMovingAverage(0.9).apply([kernel])
    tf1.group(update, averages, name="train")
    tf1.reduce_mean(tf1.cast(tf.equal(tf.argmax(scores, 1), y), tf.float32), name="accuracy")


EXPECTED = {
    "images": "x:0", "labels": "y:0", "loss": "total:0", "train": "train", "keep_prob": "keep:0",
    "output": "scores", "parameters": {"kernel": "kernel", "bias": "bias", "last": "last"},
}  # fmt: skip


def summary(names):
    return {key: getattr(names, key) for key in EXPECTED}


def test_names_are_found_in_a_function_s_graph():
    names = found(classifier)
    assert summary(names) == EXPECTED
    assert list(names.layers) == ["add", "hidden", "scores"]


def saved(folder, kind):
    """A file with the classifier's graph."""
    with tf.Graph().as_default() as graph, tf1.Session() as session:
        classifier()
        session.run(tf1.global_variables_initializer())
        session.run(tf1.assign(graph.get_collection("trainable_variables")[0], np.full((6, 4), 7)))
        tf1.summary.scalar("shown", graph.get_tensor_by_name("cost:0"))
        if kind == "saved":
            at, to = graph.get_tensor_by_name, tf1.saved_model.simple_save
            to(session, str(folder / "saved"), {"x": at("x:0")}, {"scores": at("scores:0")})
            return folder / "saved"
        tf1.train.Saver().save(session, str(folder / "model"))
        if kind != "meta":
            tf.io.write_graph(graph, str(folder), f"model.{kind}", as_text=kind == "pbtxt")
    return folder / f"model.{kind}"


@pytest.mark.parametrize("kind", ["meta", "pb", "pbtxt", "saved"])
def test_names_are_found_in_files_and_variables_restored(kind, tmp_path):
    with open_reference(saved(tmp_path, kind), {}, 0.5, 1) as reference:
        assert summary(reference.names) == EXPECTED
        assert (reference.beginning()["kernel"] == 7).all()


def test_a_file_s_graph_may_only_compute(tmp_path):
    with tf.Graph().as_default() as graph:
        with tf.control_dependencies([tf.io.read_file("/etc/hostname")]):
            classifier()
        tf.io.write_graph(graph, str(tmp_path), "model.pb", as_text=False)
    with pytest.raises(ForeignGraphError, match="of type 'ReadFile'"):
        open_reference(tmp_path / "model.pb", {}, 0.5, 1)


def test_what_is_given_stands_be_it_a_name_or_a_tensor():
    def build():
        classifier()
        at = tf1.get_default_graph().get_tensor_by_name
        return {"loss": at("cost:0"), "output": at("hidden:0")}

    names = found(build, train=None, feeds={"keep": (0.9, 1.0)})
    assert (names.loss, names.train, names.output) == ("cost:0", None, "hidden")
    assert (names.keep_prob, names.feeds) == (None, {"keep": (0.9, 1.0)})


def switched():
    """Several inputs, a rate that only its user knows, a switch, and a drop rate."""
    ids = tf1.placeholder(tf.int32, [None, 3], name="ids")
    numbers = tf1.placeholder(tf.float32, [None, 2], name="numbers")
    wanted = tf1.placeholder(tf.float32, [None, 5], name="wanted")
    rate = tf1.placeholder(tf.float32, [], name="rate")
    training = tf1.placeholder_with_default(False, [], name="training")
    drop = tf1.placeholder(tf.float32, [], name="drop")
    picked = tf.reshape(tf.nn.embedding_lookup(variable("table", 9, 2), ids), [-1, 6])
    both = tf.concat([picked, numbers], 1)
    both = tf.where(training, tf.nn.dropout(both, rate=drop), both)
    scores = tf.matmul(both, variable("kernel", 8, 5), name="scores")
    loss = tf.reduce_mean(tf1.losses.softmax_cross_entropy(wanted, scores))
    return {"train": tf1.train.AdagradOptimizer(rate).minimize(loss)}


def test_what_cannot_be_guessed_is_asked_for_in_a_sentence():
    with pytest.raises(ParityError, match=r"a value for the placeholder rate: .* in feeds: \{"):
        found(switched)
    names = found(switched, feeds={"rate": (0.1, 0.1)})
    assert names.images == ["ids:0", "numbers:0"]
    assert names.labels == "wanted:0"
    assert names.feeds == {"rate": (0.1, 0.1), "training": (True, False), "drop": (0.5, 0.0)}


def game(same_variable=False):
    """Two players, each with a step and a loss of its own that the other's weights enter."""
    x = tf1.placeholder(tf.float32, [None, 2], name="x")
    one, other = variable("one", 2, 1), variable("other", 2, 1)
    product = tf.matmul(x, one) * tf.matmul(x, other)
    for name, moved in (("one", one), ("other", one if same_variable else other)):
        loss = tf.reduce_sum(product**2 if name == "one" else -product, name=f"loss_{name}")
        optimizer = tf1.train.GradientDescentOptimizer(0.1)
        optimizer.minimize(loss, var_list=[moved], name=f"train_{name}")


def test_steps_by_two_losses_are_taken_one_after_the_other():
    names = found(game)
    assert (names.train, names.loss) == (["train_one", "train_other"], "loss_one:0")
    assert names.losses == {"one": "loss_one:0", "other": "loss_other:0"}
    with open_reference(game, {"train": ["train_other", "train_one"]}, 0.5, 1) as reference:
        assert [stage.name for stage in reference.stages] == ["train_other", "train_one"]


def test_networks_that_share_nothing_are_all_compared():
    def build():
        x = tf1.placeholder(tf.float32, [None, 2], name="x")
        for name in ("one", "other"):
            loss = tf.reduce_mean(tf.square(tf.matmul(x, variable(name, 2, 3))), name=f"{name}s")
            tf1.train.GradientDescentOptimizer(0.1).minimize(loss)

    names = found(build, train=["GradientDescent", "GradientDescent_1"])
    assert list(names.parameters) == ["one", "other"]
    assert names.losses == {"one": "ones:0", "other": "others:0"}


def penalised():
    """Kernels with penalties, and a bias that has none: its gradient is that of the error alone."""
    x, y = (tf1.placeholder(tf.float32, [None, 3], name) for name in ("x", "y"))
    first, second, bias = variable("first", 3, 3), variable("second", 3, 3), variable("bias", 3)
    error = tf.reduce_mean(tf.square((x @ first + bias) @ second - y))
    penalties = [0.1 * tf.nn.l2_loss(kernel) for kernel in (first, second)]
    loss = tf.add_n([error, *penalties], name="loss")
    kernels = tf1.gradients(loss, [first, second])
    pairs = zip([*kernels, *tf1.gradients(error, bias)], [first, second, bias], strict=True)
    tf1.train.MomentumOptimizer(0.1, 0.9).apply_gradients(pairs)


def test_what_has_no_penalty_is_trained_by_the_same_loss():
    names = found(penalised)
    assert names.loss == "loss:0" and not names.losses


def test_the_second_of_two_steps_begins_with_the_weights_after_the_first():
    x = np.float32([[1, 2]])
    with open_reference(game, {}, 0.5, 1) as reference:
        state = {"one": np.float32([[1], [0]]), "other": np.float32([[0], [1]])}
        batch = reference.batch(x, x)
        values, after = reference.train({**reference.beginning(), **state}, batch)
        assert [loss.op.name for loss in reference.later_losses] == ["loss_other"]
    # one: 1 * 2 to the square, whose gradient is 2 * 2 * 2 x; then the other's is -(x one) x.
    moved = state["one"] - np.float32(0.1) * 8 * x.T
    np.testing.assert_allclose(after["one"], moved)
    gradient = -(x @ moved) * x.T
    np.testing.assert_allclose(values.tensors["gradient other"], gradient, rtol=1e-6)
    np.testing.assert_allclose(values.tensors["loss_other:0"], -2 * (x @ moved)[0, 0], rtol=1e-6)
    assert values.loss == 4
    np.testing.assert_allclose(after["other"], state["other"] - np.float32(0.1) * gradient)


def test_two_steps_of_the_same_variables_are_asked_about():
    with pytest.raises(ParityError, match="several training operations: train_one, train_other"):
        found(lambda: game(same_variable=True))


def q_net():
    """Two nets; from time to time, the second one is given the weights of the first."""
    state = tf1.placeholder(tf.float32, [None, 4], name="state")
    action = tf1.placeholder(tf.int32, [None], name="action")
    after = tf1.placeholder(tf.float32, [None, 4], name="after")
    online, target = variable("online", 4, 3), tf1.get_variable("target", [4, 3], trainable=False)
    chosen = tf.reduce_sum(tf.matmul(state, online) * tf.one_hot(action, 3), 1)
    wanted = 0.9 * tf.reduce_max(tf.matmul(after, target), 1)
    loss = tf.reduce_mean(tf.square(tf.stop_gradient(wanted) - chosen), name="loss")
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss, name="train")
    tf1.assign(target, online, name="replace")


def test_what_no_step_assigns_is_a_parameter():
    names = found(q_net)
    assert sorted(names.parameters) == ["online", "target"]
    assert (names.images, names.labels) == (["state:0", "after:0"], "action:0")


def test_a_port_may_take_labels_among_its_inputs():
    settings = ParitySettings(batch_size=8)
    with open_reference(q_net, {}, 0.5, 1) as reference:
        drawn = batches_of(reference, None, settings).steps[0]
        batch = with_labels_as_inputs(reference, settings).steps[0]
        names = [piece.name for piece in batch.parts]
        assert (names, reference.targets) == (["state", "action", "after"], [])
        state, action, _ = packing.unpack(batch.images, batch.parts)
        np.testing.assert_array_equal(state, packing.unpack(drawn.images, drawn.parts)[0])
        np.testing.assert_array_equal(action, drawn.labels)
        reference.reset()
        assert [tensor.op.name for tensor in reference.targets] == ["action"]


def test_batches_are_drawn_by_what_the_graph_does_with_them():
    with tf.Graph().as_default() as graph:
        switched()
        images, labels = ("ids:0", "numbers:0"), ("wanted:0",)
        at = graph.get_tensor_by_name
        output, loss = at("scores:0"), graph.get_collection("losses")[0]
        data = DrawnData(graph, [*map(at, images)], [*map(at, labels)], output, loss)
        assert not data.is_mnist()
        (ids, numbers), (wanted,), sentence = data.draw(50, 0)
    assert (ids.dtype, ids.shape, numbers.shape) == (np.int32, (50, 3), (50, 2))
    assert (ids.min(), ids.max()) == (0, 8)
    assert (wanted.sum(1) == 1).all()
    assert "ids: integers from 0 to 8" in sentence


def test_the_output_is_what_all_terms_of_a_loss_are_computed_of():
    """The contrastive loss of a distance, whose terms may be written in any order."""

    def build(first):
        x = tf1.placeholder(tf.float32, [None, 4], name="x")
        y = tf1.placeholder(tf.float32, [None], name="y")
        square = tf.reduce_sum(tf.matmul(x, variable("w", 4, 2)) ** 2, 1, name="square")
        terms = [
            lambda: y * square,
            lambda: (1.0 - y) * tf.maximum(1.0 - tf.sqrt(square + 1e-6), 0.0) ** 2,
        ]
        loss = tf.reduce_mean(sum(term() for term in (terms if first else terms[::-1])))
        tf1.train.GradientDescentOptimizer(0.1).minimize(loss)

    assert found(lambda: build(True)).output == found(lambda: build(False)).output == "square"


def test_several_arrays_are_packed_and_unpacked():
    arrays = [np.arange(6, dtype=np.int32).reshape(2, 3), np.float32([[[0.5]], [[0.25]]])]
    parts = [packing.Piece("a", (3,), "int32"), packing.Piece("b", (1, 1), "float32")]
    again = packing.unpack(packing.pack(arrays) + np.float32(1e-7), parts)
    assert [one.dtype for one in again] == [np.int32, np.float32]
    assert np.array_equal(again[0], arrays[0])
    wanted = [("p", (1, 1), "float32"), ("q", (3,), "int32")]
    assert packing.assigned(parts, wanted) == [1, 0]


def test_a_recorded_trace_is_a_reference(pytestconfig):
    path = pytestconfig.rootpath / "tests" / "golden" / "originals" / "traces" / "1.4.0.npz"
    with open_reference(path, {}, 0.5, 1) as reference:
        assert list(reference.parameters) == ["W", "b", "V"]
        assert reference.recorded.steps_with([tensor.name for tensor in reference.inputs])


def regression(scope=None):
    """Logits, a loss, and the step of gradient descent by hand that follows from them."""
    x = tf1.placeholder(tf.float32, [None, 4], name="x")
    y = tf1.placeholder(tf.float32, [None, 3], name="y")
    w = variable("w", 4, 3)
    chances = tf.nn.softmax(tf.matmul(x, w))
    loss = tf.negative(tf.reduce_mean(tf.reduce_sum(y * tf.math.log(chances), 1)), name="cost")
    if scope is None:
        moved = tf.matmul(x, chances - y, transpose_a=True)
    else:
        (moved,) = tf1.gradients(loss, [w], name=scope)
    return w, moved


@pytest.mark.parametrize("scope", ["backprop", "gradients", "outer/inner", None])
@pytest.mark.parametrize("operation", ["assign", "assign_sub"])
def test_a_step_by_hand_is_training_whatever_its_scope(scope, operation):
    def build():
        w, moved = regression(scope)
        if operation == "assign":
            tf1.assign(w, w - 0.1 * moved, name="taken")
        else:
            tf1.assign_sub(w, 0.1 * moved, name="taken")

    names = found(build)
    assert names.train is not None
    assert names.loss == "cost:0"
    assert (names.images, names.labels) == ("x:0", "y:0")


@pytest.mark.parametrize("shape", [[4, 3], None])
def test_weights_that_are_fed_are_no_training(shape):
    def build():
        w, _ = regression()
        tf1.assign(w, tf1.placeholder(tf.float32, shape))
        tf1.assign(w, 0.5 * w)

    names = found(build)
    assert (names.train, names.loss) == (None, "cost:0")


def test_an_update_by_hand_beside_an_optimizer_is_asked_about():
    def build():
        w, moved = regression()
        b = variable("b", 3)
        loss = w.graph.get_tensor_by_name("cost:0") + tf.reduce_sum(b * b)
        tf1.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=[b])
        tf1.assign(w, w - moved)

    with pytest.raises(ParityError, match="several training operations"):
        found(build)


def test_the_train_of_a_graph_is_not_left_out_because_it_only_assigns():
    def build():
        w, moved = regression()
        tf1.assign(w, w - 0.1 * moved, name="taken")
        return {"train": None, "loss": "cost:0"}

    layer = keras.layers.Dense(3, use_bias=False, kernel_initializer="ones")
    model = keras.Sequential([keras.Input((4,)), layer])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1), loss)
    report = parity.compare(model, reference=build, steps=1, batch_size=8)
    assert report.verdict == "same as far as compared"
    owed = [rung.name for rung in report.rungs if rung.status == "not compared" and rung.owed]
    assert owed == ["update", "steps", "fit"]


def dropped_in_a_loop():
    """A number without a telling name, that a dropout in each step of a loop keeps."""
    x = tf1.placeholder(tf.float32, [None, 4], name="x")
    y = tf1.placeholder(tf.int64, [None], name="y")
    number = tf1.placeholder(tf.float32, [], name="number")
    kernel = variable("kernel", 4, 4)

    def step(at, h):
        return at + 1, tf1.nn.dropout(tf.tanh(tf.matmul(h, kernel)), keep_prob=number)

    _, last = tf.while_loop(lambda at, h: at < 3, step, [0, x])
    scores = tf.matmul(last, variable("last", 4, 3), name="scores")
    loss = tf1.losses.sparse_softmax_cross_entropy(y, scores)
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss)


def test_what_a_dropout_in_a_loop_keeps_is_found_by_how_it_is_used():
    with loops.as_in_tensorflow_1():
        names = found(dropped_in_a_loop, feeds={"number": (0.5, None)})
    assert names.feeds == {"number": (0.5, 1.0)}


def row_by_row():
    """A loss in a loop of TensorFlow 1 over the rows of labels and scores."""
    x = tf1.placeholder(tf.float32, [None, 4], name="x")
    y = tf1.placeholder(tf.float32, [None, 3], name="y")
    with loops.as_in_tensorflow_1():
        scores = tf.matmul(x, variable("w", 4, 3), name="scores")
        errors = tf.map_fn(
            lambda row: tf1.losses.mean_squared_error(*row), (y, scores), tf.float32, name="rows"
        )
        loss = tf.reduce_mean(errors, name="loss")
        tf1.train.GradientDescentOptimizer(0.1).minimize(loss)


def test_what_a_loop_of_the_loss_is_given_is_the_output():
    names = found(row_by_row)
    assert names.labels == "y:0" and [*names.layers.values()] == ["scores:0"]


@pytest.mark.parametrize(
    "names", [{"layers": {"row": "rows/while/add_1"}}, {"images": "rows/while/add_1"}]
)
def test_nothing_inside_of_a_loop_can_be_named(names):
    with pytest.raises(ParityError, match="rows/while/add_1 is inside of a loop, where no"):
        open_reference(row_by_row, names, 0.5, 1)


def in_a_branch():
    """A branch of today's TensorFlow, which is the prediction."""
    x = tf1.placeholder(tf.float32, [None, 4], name="x")
    y = tf1.placeholder(tf.float32, [None, 3], name="y")
    scores = tf.matmul(x, variable("w", 4, 3), name="scores")
    picked = tf.cond(tf.reduce_sum(scores) > 0, lambda: tf.tanh(scores), lambda: scores)
    loss = tf.reduce_mean(tf.square(picked - y), name="loss")
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss)


def test_what_chooses_a_branch_is_not_the_output():
    assert [*found(in_a_branch).layers.values()][-1] == "scores:0"
