"""Candidates of many kinds against one small graph, and what a comparison leaves as it was."""

import random
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1
import tf_keras

from legacy_cnn import parity, show
from legacy_cnn.errors import ParityError

pytestmark = pytest.mark.tensorflow

NORMAL = 0.3


def small():
    x = tf1.placeholder(tf.float32, [None, 6], name="x")
    y = tf1.placeholder(tf.float32, [None, 3], name="y")
    normal = tf1.truncated_normal_initializer(stddev=NORMAL)
    w1 = tf1.get_variable("w1", [6, 8], initializer=normal)
    b1 = tf1.get_variable("b1", [8], initializer=tf1.zeros_initializer())
    w2 = tf1.get_variable("w2", [8, 3], initializer=normal)
    logits = tf.matmul(tf.nn.relu(tf.matmul(x, w1) + b1), w2, name="logits")
    each = tf1.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits)
    tf1.train.AdamOptimizer(0.01).minimize(tf.reduce_mean(each))


def two():
    one = tf1.placeholder(tf.float32, [None, 2], name="one")
    other = tf1.placeholder(tf.float32, [None, 3], name="other")
    y = tf1.placeholder(tf.float32, [None, 1], name="y")
    w = tf1.get_variable("w", [5, 1], initializer=tf1.glorot_uniform_initializer())
    outputs = tf.matmul(tf.concat([one, other], 1), w, name="outputs")
    tf1.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(outputs - y)))


def model(library=keras, rate=0.01):
    normal = [library.initializers.TruncatedNormal(stddev=NORMAL, seed=seed) for seed in (1, 2)]
    built = library.Sequential(
        [
            library.Input((6,)),
            library.layers.Dense(8, activation="relu", kernel_initializer=normal[0]),
            library.layers.Dense(3, use_bias=False, kernel_initializer=normal[1]),
        ]
    )
    loss = library.losses.CategoricalCrossentropy(from_logits=True)
    built.compile(library.optimizers.Adam(rate, epsilon=1e-8), loss)
    return built


class Module(tf.Module):
    def __init__(self):
        generator = np.random.default_rng(0)
        self.w1, self.b1, self.w2 = (
            tf.Variable(generator.normal(size=shape).astype("f4"), name=name)
            for name, shape in (("w1", (6, 8)), ("b1", (8,)), ("w2", (8, 3)))
        )

    @tf.function(input_signature=[tf.TensorSpec([None, 6], name="x")])
    def predict(self, x):
        return tf.nn.relu(x @ self.w1 + self.b1) @ self.w2


def served_by_tensorflow_1(directory):
    """A signature that asks for a keep probability."""
    with tf.Graph().as_default(), tf1.Session() as session:
        x = tf1.placeholder(tf.float32, [None, 6], name="x")
        keep = tf1.placeholder(tf.float32, name="keep_prob")
        w1, b1, w2 = (
            tf1.get_variable(n, s) for n, s in (("w1", (6, 8)), ("b1", (8,)), ("w2", (8, 3)))
        )
        hidden = tf1.nn.dropout(tf.nn.relu(tf.matmul(x, w1) + b1), keep_prob=keep)
        outputs = {"logits": tf.matmul(hidden, w2)}
        session.run(tf1.global_variables_initializer())
        tf1.saved_model.simple_save(session, directory, {"x": x, "keep_prob": keep}, outputs)


def compared(candidate, reference=small, **settings):
    settings = {"steps": 2, "batch_size": 8, "quick": True, **settings}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras 2's are not the test's
        return parity.compare(candidate, reference=reference, **settings)


def statuses(report, *names):
    return {rung.name: rung.status for rung in report.rungs if rung.name in names}


@pytest.mark.first(1)
@pytest.mark.parametrize("suffix", [None, ".h5", ".keras"])
def test_a_model_of_tf_keras_is_trained_and_compared(suffix, tmp_path):
    candidate = model(tf_keras)
    if suffix:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            candidate.save(tmp_path / f"port{suffix}")
        candidate = str(tmp_path / f"port{suffix}")
    report = compared(candidate, except_for=("predictions",))
    passed = ("loss", "gradients", "update")
    assert report.first is None and statuses(report, *passed) == dict.fromkeys(passed, "passed")


def test_fit_of_a_model_of_tf_keras():
    """Its metrics are no difference, as those of Keras are none."""
    report = compared(model(tf_keras), quick=False, except_for=("predictions",))
    assert report.first is None and statuses(report, "fit") == {"fit": "passed"}


@pytest.mark.parametrize("has_signatures", [True, False])
def test_a_module_s_saved_model_is_served(has_signatures, tmp_path):
    module = Module()
    signatures = {"serving_default": module.predict} if has_signatures else None
    tf.saved_model.save(module, str(tmp_path / "saved"), signatures)
    report = compared(str(tmp_path / "saved"))
    assert report.verdict == "same as far as compared"
    assert statuses(report, "forward") == {"forward": "passed"}


def test_a_saved_model_of_tensorflow_1_is_given_its_keep_probability(tmp_path):
    served_by_tensorflow_1(str(tmp_path / "saved"))
    report = compared(str(tmp_path / "saved"), quick=False)
    assert report.first is None and statuses(report, "predictions") == {"predictions": "passed"}


class WithDict(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(1, use_bias=False)

    def build(self, shapes):
        self.dense.build((None, 5))
        self.built = True

    def call(self, inputs):
        return self.dense(keras.ops.concatenate([inputs["one"], inputs["other"]], 1))


def test_a_subclassed_model_may_take_a_dict():
    candidate = WithDict()
    candidate.compile(keras.optimizers.SGD(0.1), "mse")
    assert compared(candidate, two).first is None


def as_found():
    """Switches, seeds and filters of the whole process."""
    numpy = np.random.get_state()
    return {
        "python": random.getstate(),
        "numpy": (numpy[0], numpy[1].tobytes(), *numpy[2:]),
        "floatx": keras.config.floatx(),
        "epsilon": keras.config.epsilon(),
        "image format": keras.config.image_data_format(),
        "eager": tf.executing_eagerly(),
        "functions run eagerly": tf.config.functions_run_eagerly(),
        "optimizer options": tf.config.optimizer.get_experimental_options(),
        "jit": tf.config.optimizer.get_jit(),
        "TF32": tf.config.experimental.tensor_float_32_execution_enabled(),
        "soft placement": tf.config.get_soft_device_placement(),
        "graph": tf1.get_default_graph() is GRAPH,
        "warnings": list(warnings.filters),
        "tracebacks": keras.config.is_traceback_filtering_enabled(),
    }


GRAPH = tf1.get_default_graph()


def contents(candidate):
    """Values and attributes of a model and its optimizer."""
    optimizer = candidate.optimizer
    return {
        "weights": [v.numpy().tobytes() for v in (*candidate.variables, *optimizer.variables)],
        "objects": [id(v) for v in (*candidate.variables, *optimizer.variables)],
        "attributes": sorted(vars(candidate)),
        "of the optimizer": sorted(vars(optimizer)),
        "apply": vars(optimizer).get("apply"),
        "built": (candidate.built, optimizer.built),
        "train function": candidate.train_function,
        "stop": candidate.stop_training,
    }


class Failing(keras.layers.Layer):
    """Fails in training, once a comparison is under way."""

    def call(self, inputs, training=False):
        if training:
            raise RuntimeError("out of order")
        return inputs


def other_rate():
    return model(rate=0.02)


def failing():
    candidate = model()
    candidate.add(Failing())
    candidate.compile(candidate.optimizer, candidate.loss)
    return candidate


@pytest.mark.first(1)
@pytest.mark.parametrize("build", [model, other_rate, failing])
def test_everything_is_as_it_was_found(build):
    candidate = build()
    candidate.optimizer.build(candidate.trainable_variables)
    candidate.optimizer.apply = kept = candidate.optimizer.apply  # the user's own
    before = as_found(), contents(candidate)
    settings = {"reference": small, "steps": 2, "batch_size": 8, "except_for": ("predictions",)}
    if build is failing:
        with pytest.raises(ParityError, match="out of order"):
            parity.compare(candidate, **settings)
    else:
        report = parity.compare(candidate, **settings)
        assert bool(report.first) == (build is other_rate)
    assert (as_found(), contents(candidate)) == before
    assert vars(candidate.optimizer)["apply"] is kept


@pytest.mark.slow
def test_the_seeds_draw_what_they_would_have_drawn():
    def draws(compare):
        keras.utils.set_random_seed(3)
        candidate = model()
        if compare:
            compared(candidate, except_for=("predictions", "update", "gradients"))
        random_numbers = random.random(), np.random.rand(), float(tf.random.uniform([]))
        return (*random_numbers, float(keras.random.uniform([])))

    assert draws(compare=True) == draws(compare=False)


@pytest.mark.slow
def test_weights_may_be_given_for_any_reference():
    generator = np.random.default_rng(5)
    weights = {
        name: generator.normal(size=shape).astype("f4")
        for name, shape in {"w1": (6, 8), "b1": (8,), "w2": (8, 3)}.items()
    }
    report = compared(model(), weights=weights, except_for=("predictions", "update"))
    assert report.first is None
    with pytest.raises(ParityError, match="weights: w2"):
        compared(model(), weights={"w1": weights["w1"], "b1": weights["b1"]})


class Scaled(keras.Model):
    """Its call has a factor that the reference does not have."""

    def __init__(self):
        super().__init__()
        self.hidden = keras.layers.Dense(8, activation="relu", name="hidden")
        self.last = keras.layers.Dense(3, use_bias=False, name="last")

    def build(self, shape):
        self.hidden.build((None, 6))
        self.last.build((None, 8))
        self.built = True

    def call(self, inputs):
        hidden = self.hidden(inputs)
        scaled = tf.multiply(hidden, 1.5)  # the mistake
        return self.last(scaled)


def line_with(text):
    lines = Path(__file__).read_text().splitlines()
    return 1 + next(at for at, line in enumerate(lines) if text in line)


def test_a_difference_has_its_lines_of_code_and_both_programs_side_by_side():
    report = compared(Scaled())
    finding = report.first[1]
    assert f"test_parity_entrances.py, line {line_with('# the mistake')})" in finding.place
    assert "the port has " in finding.place and "/Mul " in finding.place
    assert show.plain(report).splitlines()[1].endswith(f"{finding.place}.")
    assert (
        "the reference has MatMul" in finding.place or "the reference has logits" in finding.place
    )
    page = show.page(report)
    assert "<h2>Side by side</h2>" in page and "different: the first" in page


def test_a_missing_activation_is_named_on_both_sides():
    candidate = keras.Sequential(
        [
            keras.Input((6,)),
            keras.layers.Dense(8),
            keras.layers.Dense(3, use_bias=False, name="end"),
        ]
    )
    place = compared(candidate).first[1].place
    assert place.startswith("There the reference has Relu (")
    assert "end" in place.partition("the port has ")[2]


@pytest.mark.slow
def test_what_matches_has_its_partner():
    report = compared(model(), except_for=("update", "gradients", "predictions"))
    forward = next(rung for rung in report.rungs if rung.name == "forward")
    partners = {finding.tensor: finding.partner for finding in forward.findings}
    assert partners["Relu"].endswith("/Relu:0")
    assert all(not finding.place for finding in forward.findings)


class WithNumPy(keras.Sequential):
    """Its training step cannot be traced."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(y=y, y_pred=self(x, training=True))
        self.last_loss = float(loss.numpy())
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
        return {"loss": loss}


def with_numpy(rate=0.01, run_eagerly=True):
    candidate = WithNumPy([keras.Input((6,)), *model().layers])
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    candidate.compile(keras.optimizers.Adam(rate, epsilon=1e-8), loss, run_eagerly=run_eagerly)
    return candidate


def test_a_step_that_cannot_be_traced_is_judged_by_an_eager_run():
    candidate = with_numpy()
    candidate.optimizer.build(candidate.trainable_variables)
    before = contents(candidate)
    report = compared(candidate, quick=False, except_for=("predictions",))
    assert report.first is None and set(report.uncompared) == {"fit"}
    assert "cannot be traced" in report.uncompared["fit"]
    assert "Run: the candidate's steps eagerly" in show.plain(report)
    assert contents(candidate) == before


@pytest.mark.slow
def test_a_mistake_in_such_a_step_is_found():
    report = compared(with_numpy(rate=0.02))
    assert report.first[0].name == "update"
    assert report.first[1].cause == "the learning rate is 0.02 instead of 0.01"


@pytest.mark.slow
def test_a_step_that_fit_cannot_run_either_is_refused():
    with pytest.raises(ParityError, match=r"cannot be traced: .* no attribute 'numpy'"):
        compared(with_numpy(run_eagerly=False))
