"""Steps of Keras models as graphs in a session: the bits of `fit`, and any tensor of it."""

import types

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from legacy_cnn.errors import LiftError, UsageError
from legacy_cnn.programs.lifted import any_batch, lift_keras
from support import kinds
from support.kinds import BATCH, KINDS, LABELS, ROWS
from support.lifting import X, Y, bits, check_fit, own_state

pytestmark = pytest.mark.tensorflow


#: Models whose steps take seconds to trace; more of the others are slow, too.
LONG = ("unrolled_gru_with_recurrent_dropout", "attention")


@pytest.mark.first(9)
@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in LONG else ()) for name in KINDS]
)
def test_steps_of_a_model_are_those_of_fit_in_every_bit(name):
    check_fit(KINDS[name]()).close()


def test_batches_of_any_size():
    model = kinds.softmax("sgd").model
    lifted = lift_keras(model, any_batch(ROWS), any_batch(LABELS))
    for size in (5, 7):
        lifted.step(ROWS[:size], LABELS[:size])
        model.fit(ROWS[:size], LABELS[:size], shuffle=False, verbose=0)
    state = lifted.state()
    own = own_state(model, lifted)
    assert bits({name: state[name] for name in own}) == bits(own)
    with pytest.raises(ValueError, match="shape"):
        lift_keras(model, X, Y).step(ROWS, LABELS)


def test_the_other_steps_of_a_model():
    model = kinds.dense_and_dropout().model
    expected = model.evaluate(X, Y, batch_size=BATCH, verbose=0, return_dict=True)
    tested = lift_keras(model, X, Y, method="test_step").step(X, Y)
    assert {name: float(value) for name, value in tested.items()} == expected
    logits = model.predict(X, verbose=0)
    for method in ("predict_step", "call"):
        assert np.array_equal(lift_keras(model, X, method=method).step(X), logits)
    assert not np.array_equal(lift_keras(model, X, method="call", training=True).step(X), logits)
    with pytest.raises(UsageError, match=r"^method must be one of train_step, .* not 'fit'\.$"):
        lift_keras(model, X, method="fit")


def test_a_model_that_takes_x_only():
    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(6)

        def call(self, x):
            return self.dense(x[0]) - x[1]

        def train_step(self, data):
            (x,) = data  # as `fit` hands a list of inputs without labels
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean(self(x) ** 2)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply(gradients, self.trainable_variables)
            return {"only": loss}

    model = Model()
    model.compile("sgd")
    lifted = lift_keras(model, [X, X])
    assert model.built and len(model.variables) == 2
    lifted.step([X, X])
    model.fit([X, X], shuffle=False, verbose=0)
    assert bits(lifted.state()) == bits(own_state(model, lifted))


def test_any_tensor_is_fed_and_fetched():
    model = kinds.dense_and_dropout().model
    with lift_keras(model, X, Y) as lifted:
        before = lifted.state()
        (noise,) = lifted.random_tensors
        drawn = np.float32([[0.2, 0.4] * 4] * BATCH)
        values = lifted.fetch((X, Y), feed={noise: drawn})
        assert len(values) == len(lifted.tensors()) > 100 and values[noise.name] is not None
        hidden = next(value for name, value in values.items() if "Relu" in name)
        dropped = np.where(drawn >= np.float32(0.3), hidden / np.float32(0.7), 0)
        assert any(
            value.shape == dropped.shape and np.allclose(value, dropped, 1e-6)
            for value in values.values()
        )
        after = lifted.state()
        assert [value for name, value in after.items() if "iteration" in name] == [
            1
        ]  # what is fetched is one step, whole
        (logits,) = (
            each
            for each in lifted.tensors()
            if each.op.type == "BiasAdd" and each.shape == (BATCH, 3)
        )
        lifted.load(before)
        feed = {noise: drawn, logits.name: np.zeros((BATCH, 3))}
        assert lifted.step(X, Y, feed=feed)["loss"] == pytest.approx(np.log(3), 1e-6)
        lifted.load(before)
        named = lifted.fetch((X, Y), {noise: drawn}, {"logits": logits, "all": [noise]})
        assert named["logits"].shape == (BATCH, 3) and np.array_equal(named["all"][0], drawn)


def test_a_step_that_needs_eager_tensors_is_refused():
    class Model(kinds.TwoSteps):
        def train_step(self, data):
            return {"loss": data[0].numpy().mean()}

    model = Model()
    model.compile("sgd", "mse", run_eagerly=True)
    with pytest.raises(LiftError) as error:
        lift_keras(model, X, Y)
    assert str(error.value) == (
        "The step cannot be traced: 'SymbolicTensor' object has no attribute 'numpy'. It has to "
        "run as a graph, as it does without run_eagerly."
    )


@pytest.fixture
def tf_keras():
    return pytest.importorskip("tf_keras")


def test_tf_keras_model(tf_keras):
    parts = tf_keras.layers.Dense(4, "relu"), tf_keras.layers.BatchNormalization()
    model = tf_keras.Sequential([tf_keras.layers.InputLayer([6]), *parts, tf_keras.layers.Dense(3)])
    optimizer = tf_keras.optimizers.Adam(0.01, use_ema=True, ema_overwrite_frequency=2)
    model.compile(optimizer, "mse", metrics=["mae"])
    check_fit(kinds.Example(model, ROWS, ROWS[:, :3]), tf_keras.callbacks.LambdaCallback)


def test_tf_keras_legacy_optimizer_and_a_loop_in_the_call(tf_keras):
    """Slots that are made in the first step; AutoGraph where Keras 3 has none."""

    class Model(tf_keras.Model):
        def __init__(self):
            super().__init__()
            self.dense, self.calls = tf_keras.layers.Dense(3), 0

        def call(self, x):
            self.calls += 1
            for _ in tf.range(2):
                if tf.reduce_sum(x) > 0:
                    x *= 0.5
            return self.dense(x)

    model = Model()
    model.compile(tf_keras.optimizers.legacy.Adam(0.01, clipnorm=1.0), "mse")
    model(X)  # builds it
    lifted = check_fit(kinds.Example(model, ROWS, ROWS[:, :3]), tf_keras.callbacks.LambdaCallback)
    assert {op.type for op in lifted.session.calls()} == {"StatelessWhile"}
    assert len([name for name in lifted.variables if "Adam" in name]) >= 5


def test_tf_keras_dropout_is_fed(tf_keras):
    model = tf_keras.Sequential([tf_keras.layers.Dropout(0.5)])
    lifted = lift_keras(model, X, method="call", training=True)
    (noise,) = lifted.random_tensors
    drawn = np.float32([[0.4, 0.6] * 3] * BATCH)
    assert np.array_equal(lifted.step(X, feed={noise: drawn}), np.where(drawn >= 0.5, 2 * X, 0))


def test_a_model_on_another_backend_or_on_many_devices_is_refused(monkeypatch):
    many = types.SimpleNamespace(num_replicas_in_sync=2)
    distributed = types.SimpleNamespace(train_step=None, distribute_strategy=many)
    with pytest.raises(LiftError, match=r"^The model is distributed over 2 replicas: build it in"):
        lift_keras(distributed, X)
    model = kinds.softmax("sgd").model
    monkeypatch.setattr(keras.backend, "backend", lambda: "jax")
    with pytest.raises(LiftError, match=r"^Keras runs on jax; set KERAS_BACKEND=tensorflow\.$"):
        lift_keras(model, X, Y)
