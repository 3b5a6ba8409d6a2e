"""What surrounds a step: `fit` to its end, `evaluate`, `predict`, and how training begins."""

import keras as k
import numpy as np
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity, show
from legacy_cnn.errors import UserCodeError
from legacy_cnn.parity import distributions
from legacy_cnn.parity.references import open_reference
from legacy_cnn.parity.rungs import RUNGS
from legacy_cnn.results.report import NOT_COMPARED, PASSED
from support.ports import statuses

pytestmark = pytest.mark.tensorflow

NAMES = {
    "images": "x", "labels": "y", "layers": {"hidden": "hidden", "logits": "logits"},
    "loss": "loss", "train": "train", "keep_prob": "keep",
    "parameters": {"w1": "w1", "b1": "b1", "w2": "w2", "b2": "b2"},
}  # fmt: skip


def graph(optimizer=tf1.train.AdamOptimizer):
    """A TensorFlow 1 program with 35 parameters and a dropout."""
    x = tf1.placeholder(tf.float32, [None, 4], name="x")
    y = tf1.placeholder(tf.float32, [None, 3], name="y")
    keep = tf1.placeholder(tf.float32, [], name="keep")
    normal, tenth = tf1.random_normal_initializer(), tf1.constant_initializer(0.1)
    w1 = tf1.get_variable("w1", [4, 4], initializer=normal)
    b1 = tf1.get_variable("b1", [4], initializer=tenth)
    w2 = tf1.get_variable("w2", [4, 3], initializer=normal)
    b2 = tf1.get_variable("b2", [3], initializer=tenth)
    hidden = tf.tanh(x @ w1 + b1, name="hidden")
    logits = tf.add(tf1.nn.dropout(hidden, rate=1 - keep) @ w2, b2, name="logits")
    tf.reduce_mean(tf1.losses.softmax_cross_entropy(y, logits), name="loss")
    loss = tf1.get_default_graph().get_tensor_by_name("loss:0")
    optimizer(0.01, name="train").minimize(loss)


@pytest.fixture(scope="module")
def reference():
    with open_reference(graph, NAMES, 0.8, 1) as opened:
        yield opened


@pytest.fixture(scope="module")
def data():
    generator = np.random.default_rng(0)
    images = generator.standard_normal((64, 4)).astype(np.float32)
    return images, np.eye(3, dtype=np.float32)[generator.integers(0, 3, 64)]


@pytest.fixture
def climb(reference, data):
    def climb(candidate, *rungs, **arguments):
        left_out = tuple(name for name in RUNGS if name not in rungs)
        arguments = {"reference": reference, "keep_prob": 0.8, **arguments}
        return parity.compare(
            candidate, data=data, steps=1, batch_size=16, except_for=left_out, **arguments
        )

    return climb


def layers(dropout=None, kernel=None, bias=0.1):
    drawn = {
        "kernel_initializer": kernel or k.initializers.RandomNormal(stddev=1.0),
        "bias_initializer": k.initializers.Constant(bias),
    }
    return [
        k.Input((4,)),
        k.layers.Dense(4, "tanh", **drawn),
        dropout or k.layers.Dropout(0.2),
        k.layers.Dense(3, **drawn),
    ]


def port(kind=k.Sequential, optimizer=None, metrics=("accuracy",), run_eagerly=False, **parts):
    model = kind(layers(**parts))
    model.compile(
        optimizer or k.optimizers.Adam(0.01, epsilon=1e-8),
        k.losses.CategoricalCrossentropy(from_logits=True),
        metrics=list(metrics),
        run_eagerly=run_eagerly,
    )
    return model


@pytest.mark.slow
def test_a_sound_port_passes_and_is_put_back(climb):
    model = port()
    before = [variable.numpy().tobytes() for variable in model.variables]
    report = climb(model, "fit", "predictions", "initial weights")
    assert report.same, show.plain(report)
    assert [variable.numpy().tobytes() for variable in model.variables] == before
    rungs = {rung.name: rung for rung in report.rungs}
    compared = [finding.tensor for finding in rungs["fit"].findings]
    assert {"w1", "b1", "w2", "b2"} <= set(compared)
    assert any(name.endswith("/iteration") for name in compared)
    assert not [name for name in compared if "accuracy" in name or "loss" in name]
    assert all(finding.figures.equal for finding in rungs["fit"].findings)
    evaluated = [finding.tensor for finding in rungs["predictions"].findings]
    assert evaluated.count("loss in evaluation") == evaluated.count("accuracy in evaluation") == 4


# fit ------------------------------------------------------------------------------------------


def fit_of(report):
    """The rung's first finding that is different."""
    rung, finding = report.first
    assert rung.name == "fit"
    return finding


def test_averages_that_are_written_at_the_end_of_fit(climb):
    optimizer = k.optimizers.Adam(0.01, epsilon=1e-8, use_ema=True)
    finding = fit_of(climb(port(optimizer=optimizer), "fit"))
    assert finding.tensor == "w1"
    average = next(v.path for v in optimizer.variables if v.path.endswith("kernel_average"))
    assert finding.cause == f"fit ends by writing {average} over it"


class Counting(k.Sequential):
    """Doubles its rate in Python after some steps, as it does when it runs eagerly."""

    steps = 0

    def train_step(self, data):
        self.steps += 1
        if self.steps == 4:
            self.optimizer.learning_rate.assign(0.02)
        return super().train_step(data)


@pytest.mark.slow
def test_python_that_counts_steps(climb):
    model = port(Counting, run_eagerly=True)
    assert fit_of(climb(model, "fit")).tensor == "w1"
    assert model.steps == 0 and model.optimizer.learning_rate.numpy() == np.float32(0.01)


class DrawnByNumPy(k.layers.Layer):
    def call(self, x, training=False):
        mask = np.random.random((1, 4)) < 0.8
        return x * mask.astype(np.float32) / 0.8 if training else x


@pytest.mark.slow
def test_a_mask_that_numpy_draws(climb):
    np.random.seed(0)
    finding = fit_of(climb(port(dropout=DrawnByNumPy(), run_eagerly=True), "fit"))
    assert "each trace of the step computes something else" in finding.cause


class Stateful(k.layers.Layer):
    def call(self, x, training=False):
        return tf.nn.dropout(x, 0.2) + 0 * tf.random.truncated_normal([4]) if training else x


@pytest.mark.slow
@pytest.mark.parametrize("run_eagerly", [False, True])
def test_random_operations_with_a_state_of_their_own(climb, run_eagerly):
    report = climb(port(dropout=Stateful(), run_eagerly=run_eagerly), "fit")
    assert report.same, show.plain(report)
    assert tf.random.uniform([9]).numpy().tolist() != tf.random.uniform([9]).numpy().tolist()


class Gamma(k.layers.Layer):
    def call(self, x, training=False):
        return x * tf.random.gamma([4], 1.0) if training else x


@pytest.mark.slow
def test_random_operations_that_cannot_be_repeated(climb):
    report = climb(port(dropout=Gamma()), "fit")
    assert statuses(report)["fit"] == NOT_COMPARED
    assert not report.same and "RandomGamma" in report.uncompared["fit"]


class Refusing(k.Sequential):
    def fit(self, *args, **options):
        super().fit(*args, **options)
        self.stop_training = True
        raise RuntimeError("not today")


@pytest.mark.slow
def test_a_model_whose_fit_fails_is_put_back(climb, data):
    model = port(Refusing)
    model.train_on_batch(data[0][:16], data[1][:16])
    model.stop_training = False
    before, attributes = values(model), dict(vars(model))
    with pytest.raises(UserCodeError, match=r"fit of Refusing fails: RuntimeError: not today"):
        climb(model, "fit")
    assert values(model) == before and dict(vars(model)) == attributes


def values(model):
    variables = [*model.variables, *model.optimizer.variables, *model.metrics_variables]
    return [np.asarray(variable).tobytes() for variable in variables]


# evaluate and predict -------------------------------------------------------------------------


class EvaluatedInTraining(k.Sequential):
    def test_step(self, data):
        x, y = data
        loss = self.compute_loss(x, y, self(x, training=True))
        return {"loss": loss}


class WithoutLoss(k.Sequential):
    def test_step(self, data):
        return {"accuracy": super().test_step(data)["accuracy"]}


class OtherLossInSmallBatches(k.Sequential):
    def test_step(self, data):
        logs = super().test_step(data)
        size = tf.shape(data[0])[0]
        return {**logs, "loss": logs["loss"] * tf.where(size == 16, 1.0, 0.999)}


class Predicting(k.Sequential):
    """Predicts what a function makes of its logits."""

    def predict_step(self, data):
        return type(self).change(super().predict_step(data))


class Centred(Predicting):
    change = staticmethod(lambda logits: logits - tf.reduce_mean(logits, 0))


class FlippedUnlessWhole(Predicting):
    change = staticmethod(
        lambda logits: logits if logits.shape[0] == 16 else
        tf.where(tf.shape(logits)[0] == 7, logits[:, ::-1], logits)
    )  # fmt: skip


class WithoutNaN(Predicting):
    change = staticmethod(lambda logits: tf.where(logits != logits, 0.0, logits))


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("kind", "tensor", "note"),
    [
        (OtherLossInSmallBatches, "loss in evaluation", "in a batch of 7"),
        (FlippedUnlessWhole, "logits", "in a batch of 7"),
        (WithoutNaN, "logits", "the output for an image that is NaN is finite"),
        (EvaluatedInTraining, "loss in evaluation", "in a batch of 16"),
        (Centred, "logits", ""),
    ],
)
def test_mistakes_outside_of_training(climb, kind, tensor, note):
    rung, finding = climb(port(kind), "predictions").first
    assert rung.name == "predictions"
    assert finding.tensor == tensor and note in finding.note


@pytest.mark.slow
def test_an_accuracy_that_is_another_one(climb):
    binary = k.metrics.BinaryAccuracy(name="accuracy")
    finding = climb(port(metrics=[binary]), "predictions").first[1]
    assert finding.tensor == "accuracy in evaluation" and "expected" in finding.note
    others = k.metrics.BinaryAccuracy(), k.metrics.TopKCategoricalAccuracy(2)
    assert climb(port(metrics=["categorical_accuracy", *others]), "predictions").same


@pytest.mark.slow
def test_an_evaluation_without_a_loss_is_not_compared(climb):
    report = climb(port(WithoutLoss), "predictions")
    assert not report.same and not report.first
    assert "logs no loss" in str(report.uncompared)


# Initial weights ------------------------------------------------------------------------------


def test_other_constants(climb):
    report = climb(port(bias=0, kernel=k.initializers.Zeros()), "initial weights")
    causes = {each.tensor: each.cause for each in report.rungs[-1].findings}
    assert causes["b1"] == "all zeros instead of all 0.1"
    assert causes["w1"] == "all zeros instead of N(0, 1)"


@pytest.mark.slow
def test_a_function_is_called_for_more_draws(climb, monkeypatch):
    """16 values do not tell a uniform distribution from a normal one; several models do."""
    given = {"kernel": k.initializers.RandomNormal(stddev=1.0)}

    def built():
        return port(**given)

    monkeypatch.setattr("support.ports.built", built, raising=False)
    assert climb("support.ports:built", "initial weights").same
    given["kernel"] = "glorot_uniform"
    finding = climb("support.ports:built", "initial weights").first[1]
    assert finding.tensor == "w1" and finding.cause.endswith(" instead of N(0, 1)")


@pytest.mark.slow
def test_first_values_of_slots(data):
    def root_mean_square(rate, name):
        return tf1.train.RMSPropOptimizer(rate, epsilon=1e-7, name=name)

    model = port(optimizer=k.optimizers.RMSprop(0.01))
    arguments = {"data": data, "batch_size": 16, "steps": 1, "except_for": tuple(RUNGS)[:-1]}
    with open_reference(lambda: graph(root_mean_square), NAMES, 0.8, 1) as reference:
        _, finding = parity.compare(model, reference=reference, **arguments).first
        assert finding.tensor == "first value of mean square of w1"
        assert finding.cause.startswith("all zeros instead of all 1; after optimizer.build(")
        for variable in model.optimizer.variables:
            if variable.path.endswith("velocity"):
                variable.assign(np.ones(variable.shape))
        assert parity.compare(model, reference=reference, **arguments).same


@pytest.mark.slow
def test_a_trained_model_does_not_tell_how_it_began(climb, data):
    model = port()
    model.train_on_batch(data[0], data[1])
    report = climb(model, "initial weights")
    assert "have taken 1 steps" in report.uncompared["initial weights"]


@pytest.mark.slow
def test_a_graph_from_a_file_tells_how_it_begins(data, tmp_path):
    with tf.Graph().as_default() as built, tf1.Session() as session:
        graph()
        session.run(tf1.global_variables_initializer())
        tf1.train.Saver().save(session, str(tmp_path / "plain"))
        (tmp_path / "plain.pb").write_bytes(built.as_graph_def().SerializeToString())
    report = parity.compare(
        port(), reference=tmp_path / "plain.pb", mapping=parity.Mapping(reference=NAMES),
        data=data, batch_size=16, steps=1, except_for=("fit", "steps", "dropout"),
    )  # fmt: skip
    assert statuses(report)["initial weights"] == statuses(report)["predictions"] == PASSED


def normal(*shape, seed=0):
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


@pytest.mark.first(3)
@pytest.mark.parametrize("size", [1, 3, 10, 32, 800])
def test_equal_distributions_do_not_differ(size):
    """At a rate of 1 in 1,000 for each pair, there are a few in a thousand pairs at most."""
    generator = np.random.default_rng(size)
    for draw in (generator.standard_normal, generator.random, generator.standard_exponential):
        alarms = [distributions.differs(draw(4000), draw(size), 1e-3) for _ in range(300)]
        assert sum(alarms) <= 3


@pytest.mark.parametrize(
    ("change", "size"),
    [
        (lambda values: values * 1.3, 800),
        (lambda values: values * 0.03, 10),
        (lambda values: values + 0.25, 800),
        (lambda values: np.clip(values, -2, 2) * 0.95, 3000),
        (lambda values: values[np.abs(values) < 2], 800),
        (lambda values: np.sign(values) * 0.8, 100),
        (lambda values: np.random.default_rng(1).uniform(-1.73, 1.73, values.shape), 10_000),
    ],
)
def test_other_distributions_differ(change, size):
    values = normal(size, seed=3)
    assert distributions.differs(normal(24_000), change(values), 1e-7)
    assert not distributions.differs(normal(24_000), values, 1e-7)


def test_words_for_distributions():
    words = distributions.described
    assert words(np.zeros((3, 3))) == "all zeros" and words(np.full(3, 0.1)) == "all 0.1"
    assert words(np.array([0.0, 1, 1])) == "of 0, 1"
    assert words(normal(9999)) == "N(0, 1)" and words(0.036 * normal(9999)) == "N(0, 0.036²)"
    assert words(normal(9999) + 2) == "N(2, 1)"
    assert words(np.linspace(-0.04, 0.04, 999)) == "uniform within ±0.04"
    cut = normal(9999)
    assert words(cut[np.abs(cut) < 2]) == "normal, cut off at ±2"
    contrast = distributions.contrast(normal(9999), 0.036 * normal(9999))
    assert contrast == "standard deviation 0.036 instead of 1"
