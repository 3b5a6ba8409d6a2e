"""Every registered program: its protocol, and its own step as a graph in a session."""

import contextlib

import numpy as np
import pytest
import tensorflow as tf

from legacy_cnn import programs, randomness
from legacy_cnn.errors import UsageError
from legacy_cnn.parity.names import GraphNames
from legacy_cnn.parity.pairing import pair
from legacy_cnn.parity.sides.opening import open_candidate
from legacy_cnn.parity.sides.side import Batch
from legacy_cnn.programs.program import Inputs, Options
from legacy_cnn.programs.session import GraphSession
from legacy_cnn.vocabulary import PARAMETERS
from support.implementations import OWN_STEP

pytestmark = pytest.mark.tensorflow

BATCH, STEPS = 8, 3
KEEP_PROB = 0.8


@pytest.fixture(scope="module")
def steps(files):
    """What each step is fed, by the names of the inputs."""
    images = files.train_images[: STEPS * BATCH].reshape(STEPS, BATCH, 784) / np.float32(255)
    labels = np.eye(10)[files.train_labels[: STEPS * BATCH]].reshape(STEPS, BATCH, 10)
    return [
        {
            "images": images[step],
            "labels": labels[step],
            "keep_prob": KEEP_PROB,
            "noise": randomness.training_noise(5, step, BATCH),
        }
        for step in range(STEPS)
    ]


#: Each registered program, and one that somebody else might register.
PROGRAMS = [  # these two are like "own step" and "eager"
    pytest.param(name, marks=pytest.mark.slow if name in ("keras", "function") else ())
    for name in ("own step", *reversed(programs.IMPLEMENTATIONS))
]


@pytest.fixture(scope="module", params=PROGRAMS)
def built(request):
    """A program of `PROGRAMS`, built once for all tests."""
    with pytest.MonkeyPatch.context() as patch, contextlib.ExitStack() as stack:
        patch.setitem(programs.IMPLEMENTATIONS, "own step", OWN_STEP)
        program = stack.enter_context(programs.build(request.param, Options(keep_prob=KEEP_PROB)))
        program.name = request.param
        program.initialise(randomness.initial_weights(5))
        program.beginning = program.state()
        yield program


@pytest.fixture
def program(built):
    """A program in its first state."""
    built.load(built.beginning)
    return built


@pytest.fixture(scope="module")
def opened(built):
    with built.view(BATCH) as view:
        yield view


@pytest.fixture
def view(program, opened):
    """A program's view in the program's state."""
    opened.load(program.state())
    return opened


def equal(one, other):
    return one.keys() == other.keys() and all(
        np.array_equal(one[name], other[name]) for name in one
    )


def is_close(value, expected):
    return value.shape == expected.shape and np.allclose(value, expected, rtol=1e-4)


def test_the_lifted_steps_are_the_programs_own_in_every_bit(program, opened, steps):
    """Before any other test of the program: the view is as it was opened."""
    assert equal(opened.state(), program.state())
    for inputs in steps:
        native = program.step(**inputs)
        assert opened.step(inputs) == native.loss
        assert equal(opened.state(), program.state())


def test_the_view_leaves_the_program_alone(program, steps):
    before = program.state()
    with program.view(BATCH) as view:
        view.step({**steps[0], "keep_prob": np.float32(KEEP_PROB)})
        view.load({"W_conv1": np.zeros(PARAMETERS["W_conv1"].shape, np.float32)})
        assert not view.state()["W_conv1"].any()
    assert equal(program.state(), before)
    first = program.step(**steps[0])
    program.load(before)
    assert program.step(**steps[0]) == first


def test_every_tensor_is_fetched_in_one_run(program, view, steps):
    values = view.fetch((steps[0],))
    assert len(values) > 100 and values[view.outputs.name] == program.step(**steps[0]).loss
    assert equal(view.state(), program.state())  # it was a step


def test_any_tensor_can_be_fed(program, view, steps):
    """Logits of zero, wherever they are: every class has a tenth of the probability."""
    (inputs,) = view.inputs
    assert tuple(inputs) == Inputs._fields
    fed = {name for name, value in inputs.items() if tf.is_tensor(value)}
    assert fed == set(program.inputs)
    noise = steps[0]["noise"]
    logits = program.logits(steps[0]["images"], KEEP_PROB, lambda batch, size: noise)
    values = view.fetch((steps[0],))
    names = [name for name, value in values.items() if is_close(value, logits)]
    feed = dict.fromkeys(names, np.zeros_like(logits))
    assert names and view.step(steps[0], feed=feed) == pytest.approx(np.log(10), 1e-6)


def test_state_is_saved_and_loaded(program, steps):
    program.step(**steps[0])
    state = program.state()
    assert program.shapes() == {name: list(value.shape) for name, value in state.items()}
    assert set(PARAMETERS) < set(state)
    second = program.step(**steps[1])
    program.load(state)
    assert program.step(**steps[1]) == second


def test_what_a_program_cannot_be_fed_is_refused(program, steps):
    with pytest.raises(UsageError, match=r"keep_prob 0\.8 needs noise"):
        program.logits(steps[0]["images"], KEEP_PROB)
    other = {**steps[0], "keep_prob": 0.5}
    if "keep_prob" in program.inputs:
        assert program.step(**other) != program.step(**steps[0])
        return
    with pytest.raises(UsageError, match=r"^keep_prob must be 0\.8, with which .*, not 0\.5"):
        program.step(**other)


@pytest.mark.slow
def test_a_registered_program_is_a_candidate_of_parity(program, steps):
    """Opened by its name, it takes the program's own step."""
    given = steps[0]
    batch = Batch(given["images"], given["labels"], (given["noise"],))
    options = Options(keep_prob=KEEP_PROB)
    candidate = open_candidate(program.name, GraphNames.of_tutorial(), batch, options)
    shapes = {name: parameter.shape for name, parameter in PARAMETERS.items()}
    pairs = pair(shapes, {}, candidate.variables_for_parameters(), {}, program.name)
    keys = {name: variable.key for name, variable in pairs.parameters.items()}
    weights = {keys[name]: value for name, value in program.weights().items()}
    try:
        values, after = candidate.train({**candidate.beginning(), **weights}, batch)
    finally:
        candidate.close()
    assert float(values.loss) == pytest.approx(program.step(**given).loss, 1e-6)
    for name, value in program.weights().items():
        np.testing.assert_allclose(after[keys[name]], value, 1e-5, 1e-6)


def test_what_is_not_registered_is_refused():
    with pytest.raises(
        UsageError, match=r"^implementation keras supports only graph tutorial, not"
    ):
        programs.build("keras", Options(graph="swapped-loss"))
    with pytest.raises(
        UsageError,
        match=r"^implementation graph supports only graph tutorial, optimised or swapped-loss, not",
    ):
        programs.build("graph", Options(graph="other"))
    must = r"^implementation must be one of .*keras.*, not 'jax'\.$"
    with pytest.raises(UsageError, match=must):
        programs.build("jax")


def test_no_session_stays_open_when_a_view_of_the_graph_gets_no_state(monkeypatch):
    closed, close = [], GraphSession.close
    with programs.build("graph", Options(keep_prob=KEEP_PROB)) as program:
        program.initialise(randomness.initial_weights(5))
        with monkeypatch.context() as patch:
            patch.setattr(GraphSession, "close", lambda self: closed.append(close(self)))
            patch.setattr(GraphSession, "load", lambda *state: 1 / 0)
            with pytest.raises(ZeroDivisionError):
                program.view(BATCH)
        assert len(closed) == 1
