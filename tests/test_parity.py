"""Whole comparisons: the ladder, and what it says about a difference."""

import functools
import json

import keras as k
import numpy as np
import pytest

from legacy_cnn import show, vocabulary
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
from support import small
from support.ports import LADDER, statuses

pytestmark = pytest.mark.tensorflow


#: Ports of the tutorial.
TUTORIAL = {"eager": eager.Tutorial, "keras": keras.build_model}

#: Ports of the small program.
SMALL = {
    "small": small.port,
    "probabilities": small.sequential,
    "integer labels": lambda: small.sequential(
        loss="sparse_categorical_crossentropy", shape=(28, 28)
    ),
    "logits": lambda: small.sequential(
        last=None, loss=k.losses.CategoricalCrossentropy(from_logits=True)
    ),
}


def variables_of(candidate):
    return [*candidate.variables, *candidate.optimizer.variables]


class Compared:
    """A sound port, its variables before the comparison, and the report."""

    def __init__(self, candidate, compare):
        self.candidate = candidate
        self.variables = variables_of(candidate)
        self.before = [variable.numpy() for variable in self.variables]
        self.report = compare(candidate)


@pytest.fixture(scope="module")
def sound(compare, compare_small):
    """`sound(name)` compares a sound port, once for all tests of this file."""

    def sound(name):
        if name in SMALL:
            return Compared(SMALL[name](), compare_small)
        return Compared(TUTORIAL[name](), compare)

    return functools.cache(sound)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["eager", "keras"])
def test_a_sound_port_of_the_tutorial_is_the_same_program(sound, name):
    report = sound(name).report
    assert report.same, show.plain(report)
    left_out = ["batch"] if name == "keras" else ["batch", "fit"]
    expected = {**dict.fromkeys(LADDER, PASSED), **dict.fromkeys(left_out, NOT_COMPARED)}
    assert statuses(report) == expected
    assert report.accuracy["reference"] == report.accuracy["candidate"]
    steps = report.rungs[LADDER.index("steps")]
    # The first ones, and late ones, which have no number.
    assert {each.step for each in steps.findings} == {1, 2, None}
    tensors = {each.tensor for each in steps.findings}
    assert {"W_fc", "m of W_fc", "v of out_b"} <= tensors and len(tensors) == 25
    assert "parameters" in tensors  # after a step with a NaN
    forward = {each.tensor for each in report.rungs[2].findings}
    assert forward == set(vocabulary.LAYERS) - {"loss"}


@pytest.mark.first(1)
@pytest.mark.parametrize("name", SMALL)
def test_a_sound_port_of_a_small_program_is_the_same_program(sound, name):
    report = sound(name).report
    assert report.same, show.plain(report)
    assert statuses(report) == {**dict.fromkeys(LADDER, PASSED), "batch": NOT_COMPARED}
    assert report.accuracy["reference"] == report.accuracy["candidate"]


def test_every_parameter_has_a_gradient(sound):
    report = sound("small").report
    tensors = [each.tensor for each in report.rungs[LADDER.index("gradients")].findings]
    # With the weights, and with small ones.
    assert tensors == 2 * [f"gradient with respect to {name}" for name in reversed(small.SHAPES)]


@pytest.mark.first(1)
@pytest.mark.parametrize("name", ["keras", "function"])
def test_an_implementation_is_a_candidate_by_its_name(compare, name):
    report = compare(name, except_for=[each for each in LADDER if each not in ("forward", "loss")])
    assert report.same and report.candidate == name
    assert statuses(report)["forward"] == statuses(report)["loss"] == PASSED


def test_exact_asks_for_equality(compare_small):
    report = compare_small(small.port(), exact=True)
    assert not report.same
    rung, finding = report.first
    assert 0 < finding.figures.relative < 1e-5 and finding.tolerance.share(finding.figures) > 1e9
    assert rung.status == FAILED


def test_an_uncompiled_model_is_compared_as_far_as_it_goes(compare_small):
    report = compare_small(small.network())
    assert not report.first and report.verdict == "same as far as compared"
    assert [n for n, s in statuses(report).items() if s == NOT_COMPARED] == [
        "batch", "dropout", "loss", "gradients", "update", "steps", "fit",
    ]  # fmt: skip


def broken():
    return small.port(k.optimizers.Adam(1e-2))


def test_the_ladder_stops_at_the_first_failure(compare_small):
    stopped = statuses(compare_small(broken()))
    assert stopped["update"] == FAILED
    assert {stopped[name] for name in LADDER[LADDER.index("update") + 1 :]} == {NOT_REACHED}


@pytest.mark.slow
def test_the_ladder_goes_on_if_it_is_told_to(compare_small):
    report = compare_small(broken(), keep_going=True)
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


def test_a_small_factor_is_found_and_named(compare_small):
    logits = k.layers.Dense(10, name="logits", **small.drawn()), Scaled(1.001)
    rung, finding = compare_small(small.port(logits=logits)).first
    assert (rung.name, finding.tensor) == ("forward", "logits")
    assert finding.cause == "every value is multiplied by 1.001"


@pytest.mark.slow
def test_a_factor_behind_a_layer_is_named_there(compare_small):
    """The next layer is the first that differs; the factor between the two explains it."""
    pool1 = k.layers.MaxPooling2D(4, name="pool1"), Scaled(1.00001)
    rung, finding = compare_small(small.port(pool1=pool1)).first
    assert (rung.name, finding.tensor) == ("forward", "pool1")
    assert finding.cause == "every value is multiplied by 1.00001"


def test_a_relu_behind_the_pool_is_a_rewrite(compare_small):
    pool1 = k.layers.MaxPooling2D(4, name="pool1"), k.layers.ReLU(name="late")
    report = compare_small(small.port(conv1=small.convolution(activation=None), pool1=pool1))
    assert report.same, show.plain(report)
    rewritten = [e.tensor for e in report.rungs[2].findings if e.verdict == REWRITTEN]
    assert rewritten == 3 * ["conv1"]
    assert "(3 rewritten)" in show.plain(report)


class OneNan(k.layers.Layer):
    def call(self, x):
        return x + np.array([np.nan] + [0.0] * 9, np.float32)


@pytest.mark.slow
def test_one_nan_is_a_difference(compare_small):
    logits = k.layers.Dense(10, name="logits", **small.drawn()), OneNan()
    report = compare_small(small.port(logits=logits))
    rung, finding = report.first
    assert rung.name == "forward" and finding.tensor == "logits"
    assert finding.figures.absolute == float("inf") and np.isnan(finding.figures.candidate)
    json.loads(json.dumps(report.to_json(), allow_nan=False))


@pytest.mark.first(1)
@pytest.mark.parametrize("name", ["small", "probabilities", "keras", "eager"])
def test_the_candidate_is_left_as_it_was(sound, name):
    compared = sound(name)
    assert compared.report.same and len(compared.variables) > 8
    pairs = zip(compared.variables, compared.before, strict=True)
    assert all(np.array_equal(variable.numpy(), before) for variable, before in pairs)
    assert not getattr(compared.candidate, "run_eagerly", False)


@pytest.mark.slow
def test_a_model_compiled_for_xla_is_compared(compare_small):
    model = small.port()
    model.jit_compile = True
    assert compare_small(model).same and model.jit_compile is True


@pytest.mark.slow
def test_layers_of_a_named_model_are_matched_by_name(compare_small):
    """Keras puts the model's name before the variables': net/conv1/kernel."""
    model = k.Sequential([k.Input((784,)), *small.network().layers[1:]], name="net")
    assert compare_small(small.compiled(model)).same
