"""Steps of other programs as graphs in a session: in every bit, or a refusal that says why."""

import collections
import gc

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers, optimizers

from legacy_cnn.errors import LiftError, UsageError
from legacy_cnn.programs.lifted import lift, lift_keras
from legacy_cnn.programs.session import GraphSession
from support.kinds import ROWS
from support.lifting import X, Y, check

pytestmark = pytest.mark.tensorflow

OPTIMIZERS = "Adafactor Adadelta Adagrad Adam Adamax AdamW Ftrl Lamb Lion Muon Nadam RMSprop SGD"


@pytest.mark.first(6)
@pytest.mark.parametrize("name", OPTIMIZERS.split())
def test_steps_of_an_optimizer_are_its_own_in_every_bit(name):
    variables = [keras.Variable(ROWS[:6]), keras.Variable(ROWS[0])]
    optimizer = getattr(optimizers, name)(0.01)
    optimizer.build(variables)

    def step(x):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((x @ variables[0] + variables[1]) ** 2)
        gradients = tape.gradient(loss, [each.value for each in variables])
        optimizer.apply(gradients, variables)
        return loss

    check(step, X)


class Adam:
    """Adam as its paper has it, and a linear model, in raw variables."""

    def __init__(self):
        self.weights = [tf.Variable(ROWS[:6, :3]), tf.Variable(ROWS[0, :3])]
        zeros = [tf.zeros_like(each) for each in self.weights]
        self.moments = [(tf.Variable(each), tf.Variable(each)) for each in zeros]
        self.steps = tf.Variable(0, dtype=tf.int64)

    def step(self, x, y):
        with tf.GradientTape() as tape:
            logits = x @ self.weights[0] + self.weights[1]
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)
            loss = tf.reduce_mean(losses)
        t = tf.cast(self.steps.assign_add(1), tf.float32)
        for weight, (m, v), gradient in zip(
            self.weights, self.moments, tape.gradient(loss, self.weights), strict=True
        ):
            m.assign(0.9 * m + 0.1 * gradient)
            v.assign(0.999 * v + 0.001 * gradient**2)
            update = (m / (1 - 0.9**t)) / (tf.sqrt(v / (1 - 0.999**t)) + 1e-8)
            weight.assign_sub(0.01 * update)
        return {"loss": loss, "weights": [weight.read_value() for weight in self.weights]}


@pytest.mark.parametrize("decorated", [False, True])
def test_an_eager_program_with_adam_by_hand(decorated):
    program = Adam()
    if decorated:
        program.step = tf.function(program.step)
    lifted = check(program.step, X, Y, native=program.step if decorated else None)
    assert len(lifted.variables) == 7 and lifted.variables["Variable"] is program.weights[0]
    assert lifted.session.calls() == []


def test_a_random_generator_goes_on():
    generator, total = tf.random.Generator.from_seed(3), tf.Variable(tf.zeros(6))
    lifted = check(lambda x: total.assign_add(generator.normal([6]) * x[0]), X)
    assert "StateVar" in lifted.variables


def test_what_reads_before_an_assignment_reads_the_old_value():
    variable = tf.Variable(1.0)

    def step():
        before = variable + 0.0
        variable.assign(variable * 2)
        middle = variable + 0.0
        variable.assign_add(1)
        return before, middle, variable + 0.0

    assert lift(step).step() == (1, 2, 3)
    check(step)


def test_a_step_without_outputs_is_taken():
    variable = tf.Variable(1.0)

    def step(x):
        variable.assign_add(x[0, 0])

    lifted = lift(step, X)
    assert lifted.outputs is None and lifted.step(X) is None
    assert lifted.state() == {"Variable": 1 + X[0, 0]} and variable.numpy() == 1


def test_a_function_of_python_lives_as_long_as_the_graph():
    lifted = lift(lambda x: tf.numpy_function(lambda array: array + 1, [x], tf.float32), X)
    gc.collect()
    assert np.array_equal(lifted.step(X), X + 1)


def test_loops_and_branches_in_raw_operations():
    factor = tf.Variable(1.5)

    def step(x):
        branch = tf.cond(tf.reduce_sum(x) > 0, lambda: x * factor, lambda: x - factor)
        rows = tf.map_fn(lambda row: row * factor, branch)
        factor.assign_add(tf.reduce_mean(rows))
        return rows, None

    kinds = {op.type.removeprefix("Stateless") for op in check(step, X).session.calls()}
    assert kinds == {"If", "While"}


def test_derivatives_in_forward_mode():
    """TensorFlow traces them as calls; only what is inlined is fused in the same way."""
    hidden, output = tf.Variable(ROWS[:6, :4]), tf.Variable(ROWS[:4, :1])

    def step(x):
        with tf.GradientTape() as tape:
            with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as forward:
                logits = tf.tanh(x @ hidden + ROWS[0, :4]) @ output
            loss = tf.reduce_mean(forward.jvp(logits) ** 2)
        gradients = tape.gradient(loss, [hidden, output])
        hidden.assign_sub(gradients[0])
        output.assign_sub(gradients[1])
        return loss, gradients

    assert "PartitionedCall" in {op.type for op in check(step, X).session.calls()}


def test_a_lookup_table_is_copied():
    pairs = tf.lookup.KeyValueTensorInitializer(np.int64([1, 2]), np.float32([3, 4]))
    table = tf.lookup.StaticHashTable(pairs, -1.0)
    rows = tf.lookup.experimental.MutableHashTable(tf.int64, tf.float32, [0.0, 0.0])
    rows.insert(np.int64([1]), np.float32([[5, 6]]))
    lifted = check(lambda keys: (table.lookup(keys), rows.lookup(keys)), np.int64([2, 1, 7]))
    one, many = lifted.step(np.int64([2, 1, 7]))
    assert one.tolist() == [4, 3, -1] and many.tolist() == [[0, 0], [5, 6], [0, 0]]


def test_what_a_step_puts_into_a_table_stays_in_the_session():
    table = tf.lookup.experimental.MutableHashTable(tf.int64, tf.float32, 0.0)
    table.insert(np.int64([1]), [5.0])

    def count(keys):
        table.insert(keys, table.lookup(keys) + 1)
        return table.lookup(keys)

    lifted = lift(count, np.int64([1, 2]))
    assert [lifted.step(np.int64([1, 2])).tolist() for _ in range(2)] == [[6, 1], [7, 2]]
    assert table.lookup(np.int64([1, 2])).numpy().tolist() == [5, 0]


def test_nests_of_all_sorts():
    Pair = collections.namedtuple("Pair", ["left", "right"])
    scale = tf.constant(ROWS[1])  # captured

    def step(pair, options, ragged):
        return Pair(pair.left * scale, {"n": options["n"] * pair.right}), tf.reduce_sum(ragged, 1)

    ragged = tf.ragged.constant([[1.0, 2.0], [3.0]])
    lifted = lift(step, Pair(X, X), {"n": 3}, ragged)
    pair, sums = lifted.step(Pair(X, X), {"n": 3}, ragged)
    assert np.array_equal(pair.left, X * ROWS[1]) and np.array_equal(pair.right["n"], X * 3)
    assert sums.tolist() == [3, 3] and lifted.inputs[1] == {"n": 3}
    with pytest.raises(UsageError, match=r"^3 is a constant of the graph and cannot be 4\.$"):
        lifted.step(Pair(X, X), {"n": 4}, ragged)
    with pytest.raises(UsageError, match=r"^The values are nested as \(\*,\); the step takes "):
        lifted.step(X)


def undecorated(x):
    for _ in tf.range(2):
        x = x * 2
    return x


def test_an_undecorated_loop_is_refused():
    class Layer(layers.Layer):
        def call(self, x):
            return undecorated(x)

    said = (
        r"^The step cannot be traced: Iterating over a symbolic `tf\.Tensor` is not allowed\. "
        r"Decorate the function that has this loop or condition with @tf\.function\.$"
    )
    with pytest.raises(LiftError, match=said):
        lift(undecorated, X)
    model = keras.Sequential([keras.Input([6]), layers.Dense(3)])
    model.call = lambda x, **options: undecorated(x)
    model.compile("sgd", "mse")
    with pytest.raises(LiftError, match=said):
        lift_keras(model, X, X)
    check(tf.function(undecorated), X)


def test_what_has_no_copy_is_refused():
    batches = iter(tf.data.Dataset.from_tensors(X).repeat())
    with pytest.raises(LiftError) as error:
        lift(lambda: next(batches))
    assert str(error.value) == (
        "The step uses a resource that is neither a variable nor a lookup table (it goes into "
        "IteratorGetNext) and cannot be copied into a session; give the step what it gets from "
        "there, a batch for instance, as an argument."
    )
    queue = tf.queue.FIFOQueue(1, [tf.float32])
    with pytest.raises(LiftError, match=r"^The step uses a resource .* \(it goes into QueueD"):
        lift(queue.dequeue)
    table = tf.lookup.experimental.DenseHashTable(tf.int64, tf.int64, 0, -1, -2)
    with pytest.raises(LiftError, match=r"^The step uses a DenseHashTable, .*; use a Mut"):
        lift(lambda: table.lookup(np.int64([1])))
    dataset = tf.data.Dataset.from_tensors(X)
    with pytest.raises(LiftError, match=r"^The step uses a dataset .* \(it goes into Red"):
        lift(lambda: dataset.reduce(0.0, lambda total, x: total + tf.reduce_sum(x)))


def test_names_in_the_graph_are_free_and_valid():
    names = ("x", "X", "a b", "a_b", "_", "X_1")
    variables = [tf.Variable(1.0, name=name) for name in names]
    lifted = lift(lambda x: tf.add_n([x, *variables], name="X_1"), tf.TensorSpec([], name="x"))
    assert list(lifted.variables) == ["x_2", "X_3", "a_b", "a_b_1", "v_", "X_1_1"]
    assert [each is one for each, one in zip(lifted.variables.values(), variables, strict=True)]
    assert lifted.step(np.float32(2)) == 8


@pytest.mark.parametrize("method", ["run", "load"])
def test_no_session_stays_open_when_the_variables_get_no_values(method, monkeypatch):
    closed, close = [], GraphSession.close
    monkeypatch.setattr(GraphSession, "close", lambda self: closed.append(close(self)))
    monkeypatch.setattr(GraphSession, method, lambda *values: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        lift(lambda x: x + 1, X)
    assert len(closed) == 1
