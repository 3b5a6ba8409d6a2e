"""Whole comparisons: the ladder, and what it says about a difference."""

import functools
import json

import keras as k
import numpy as np
import pytest

from legacy_cnn import parity, show, vocabulary
from legacy_cnn.parity.tolerance import TOLERANCES
from legacy_cnn.ports import eager, keras
from legacy_cnn.results.report import (
    DIFFERENT,
    FAILED,
    NOT_COMPARED,
    NOT_REACHED,
    PASSED,
    REWRITTEN,
)
from legacy_cnn.show.report import listing
from support.ports import LADDER, compiled, sequential, statuses

pytestmark = pytest.mark.tensorflow


SOUND = {
    "eager": eager.Tutorial,
    "implementation function": lambda: "function",
    "keras": keras.build_model,
    "implementation keras": lambda: "keras",
    "probabilities": sequential,
    "integer labels": lambda: sequential(loss="sparse_categorical_crossentropy", shape=(28, 28)),
    "logits": lambda: sequential(
        last=None, loss=k.losses.CategoricalCrossentropy(from_logits=True)
    ),
}


def variables_of(candidate):
    return [*candidate.variables, *candidate.optimizer.variables]


class Compared:
    """A sound port, its variables before the comparison, and the report."""

    def __init__(self, candidate, compare):
        self.candidate = candidate
        self.variables = [] if isinstance(candidate, str) else variables_of(candidate)
        self.before = [variable.numpy() for variable in self.variables]
        self.report = compare(candidate)


@pytest.fixture(scope="module")
def sound(compare):
    """`sound(name)` compares one of `SOUND`, once for all tests of this file."""
    return functools.cache(lambda name: Compared(SOUND[name](), compare))


@pytest.mark.parametrize("name", SOUND)
def test_a_sound_port_is_the_same_program(sound, name):
    report = sound(name).report
    assert report.same, show.plain(report)
    assert statuses(report) == {**dict.fromkeys(LADDER, PASSED), "batch": NOT_COMPARED}
    assert report.accuracy["reference"] == report.accuracy["candidate"]
    steps = report.rungs[LADDER.index("steps")]
    assert {each.step for each in steps.findings} == {1, 2}
    tensors = {each.tensor for each in steps.findings}
    assert {"loss", "W_fc", "m of W_fc", "v of out_b"} <= tensors - {"mask"}
    assert len(tensors - {"mask"}) == 25
    forward = {each.tensor for each in report.rungs[2].findings}
    assert forward >= set(vocabulary.LAYERS) - {"loss"}


def test_every_layer_has_a_gradient(sound):
    report = sound("keras").report
    tensors = [each.tensor for each in report.rungs[LADDER.index("gradients")].findings]
    layers = [name for name in reversed(vocabulary.LAYERS) if name != "loss"]
    names = [*layers, *reversed(vocabulary.PARAMETERS)]
    # With the weights, and with small ones.
    assert tensors == 2 * [f"gradient with respect to {name}" for name in names]


def test_exact_asks_for_equality(compare):
    report = compare(keras.build_model(), exact=True)
    assert not report.same
    rung, finding = report.first
    assert 0 < finding.figures.relative < 1e-5 and finding.tolerance.share(finding.figures) > 1e9
    assert rung.status == FAILED


def test_an_uncompiled_model_is_compared_as_far_as_it_goes(compare):
    report = compare(keras.convolutional_neural_network())
    assert report.same
    assert [n for n, s in statuses(report).items() if s == NOT_COMPARED] == [
        "batch", "loss", "gradients", "update", "steps",
    ]  # fmt: skip


def test_the_ladder_stops_at_the_first_failure_or_goes_on(compare):
    def broken():
        model = keras.build_model()
        model.compile(k.optimizers.Adam(1e-2), k.losses.CategoricalCrossentropy(from_logits=True))
        return model

    stopped = statuses(compare(broken()))
    assert stopped["update"] == FAILED
    assert stopped["steps"] == stopped["predictions"] == NOT_REACHED
    report = compare(broken(), keep_going=True)
    assert statuses(report)["steps"] == FAILED and statuses(report)["predictions"] == PASSED
    assert report.first[0].name == "update"
    listed = [line for line in show.plain(report).splitlines() if line.startswith("  update: ")]
    differences = [
        one for rung in report.rungs for one in rung.findings if one.verdict == DIFFERENT
    ]
    assert len(set(listed)) == len(listed) == listing.MOST < len(differences)


class Scaled(k.layers.Layer):
    def __init__(self, by, **options):
        super().__init__(**options)
        self.by = by

    def call(self, x):
        return x * self.by


def with_layers(**more):
    """The Keras port with another layer behind some of its own."""

    def change(layer, *arguments, **named):
        made = layer(*arguments, **named)
        return more[layer.name](made) if layer.name in more else made

    model = k.models.clone_model(keras.build_model(), call_function=change)
    return compiled(model, k.losses.CategoricalCrossentropy(from_logits=True))


def test_a_local_error_is_told_from_an_accumulated_one(compare):
    mapping = parity.Mapping(candidate={"conv1": "after_conv1", "pool1": "after_pool1"})
    report = compare(with_layers(pool1=Scaled(1.001, name="after_pool1")), mapping=mapping)
    rung, finding = report.first
    assert (rung.name, finding.tensor, finding.origin) == ("forward", "pool1", "local")
    assert finding.cause == "every value is multiplied by 1.001"
    # Two errors, each within the tolerance, and not so together.
    by = 1 + 0.7 * TOLERANCES["forward"].relative
    report = compare(
        with_layers(conv1=Scaled(by, name="after_conv1"), pool1=Scaled(by, name="after_pool1")),
        mapping=mapping,
    )
    rung, finding = report.first
    assert (rung.name, finding.tensor, finding.origin) == ("forward", "pool1", "accumulated")
    assert "Origin: accumulated: for equal input" in show.plain(report)


def test_a_relu_behind_the_pool_is_a_rewrite(compare):
    def linear_then_relu(layer):
        config = layer.get_config()
        if layer.name == "conv1":
            config["activation"] = None
        return type(layer).from_config(config)

    def change(layer, *arguments, **named):
        made = layer(*arguments, **named)
        return k.layers.ReLU(name="late")(made) if layer.name == "pool1" else made

    model = k.models.clone_model(
        keras.build_model(), clone_function=linear_then_relu, call_function=change
    )
    report = compare(compiled(model, k.losses.CategoricalCrossentropy(from_logits=True)))
    assert report.same, show.plain(report)
    rewritten = [e.tensor for e in report.rungs[2].findings if e.verdict == REWRITTEN]
    assert rewritten == 2 * ["conv1", "pool1"]
    assert "(4 rewritten)" in show.plain(report)


class OneNan(k.layers.Layer):
    def call(self, x):
        return x + np.array([np.nan] + [0.0] * 9, np.float32)


def test_one_nan_is_a_difference(compare):
    report = compare(with_layers(logits=OneNan()))
    rung, finding = report.first
    assert rung.name == "forward" and finding.tensor == "logits"
    assert finding.figures.absolute == float("inf") and np.isnan(finding.figures.candidate)
    json.loads(json.dumps(report.to_json(), allow_nan=False))


@pytest.mark.parametrize("name", ["keras", "eager"])
def test_the_candidate_is_left_as_it_was(sound, name):
    compared = sound(name)
    assert compared.report.same and len(compared.variables) > 20
    pairs = zip(compared.variables, compared.before, strict=True)
    assert all(np.array_equal(variable.numpy(), before) for variable, before in pairs)
    assert not getattr(compared.candidate, "run_eagerly", False)


def test_a_model_compiled_for_xla_is_compared(compare):
    model = keras.build_model()
    model.compile(
        k.optimizers.Adam(1e-3, epsilon=1e-8),
        k.losses.CategoricalCrossentropy(from_logits=True),
        jit_compile=True,
    )
    assert compare(model).same and model.jit_compile is True


def test_layers_of_a_named_model_are_matched_by_name(compare):
    """Keras puts the model's name before the variables': net/conv1/kernel."""
    layers = keras.build_model().layers[1:]
    model = k.Sequential([k.Input((784,)), *layers], name="net")
    assert compare(compiled(model, k.losses.CategoricalCrossentropy(from_logits=True))).same
