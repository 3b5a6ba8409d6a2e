"""`legacy-cnn compare`: what the four dialects compute, cost and print."""

import json

import pytest

from legacy_cnn import comparison, programs, show
from legacy_cnn.cli import main
from legacy_cnn.comparison import timing, values
from legacy_cnn.errors import DataError, UsageError
from legacy_cnn.results import Comparison
from legacy_cnn.settings import IMPLEMENTATIONS, CompareSettings
from legacy_cnn.vocabulary import LAYERS, PARAMETERS
from support.implementations import DOUBLED_LOSS

pytestmark = pytest.mark.tensorflow

ROUNDING = 1e-5
PORTS = IMPLEMENTATIONS[1:]


def compared(small_set):
    return comparison.compare(
        rounds=2, steps=1, batch_size=16, validation_size=0, data_dir=str(small_set)
    )


@pytest.fixture(scope="module")
def two(small_set):
    """A comparison of two dialects: each is a process that takes ten seconds."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("function", "keras"):
            patch.delitem(programs.IMPLEMENTATIONS, name)
        return compared(small_set)


@pytest.fixture(scope="module")
def result(small_set):
    """A comparison of all."""
    return compared(small_set)


@pytest.mark.slow
def test_all_compute_the_same(result):
    tensors = [
        *LAYERS,
        *(f"gradient with respect to {name}" for name in PARAMETERS),
        *(f"{name} after the step" for name in PARAMETERS),
    ]
    assert list(result.values) == tensors
    for tensor, by_dialect in result.values.items():
        assert tuple(by_dialect) == PORTS
        assert all(difference < ROUNDING for difference in by_dialect.values()), tensor


def test_a_difference_is_seen(small_set, monkeypatch):
    for name in PORTS:
        monkeypatch.delitem(programs.IMPLEMENTATIONS, name)
    monkeypatch.setitem(programs.IMPLEMENTATIONS, "doubled", DOUBLED_LOSS)
    settings = CompareSettings(batch_size=8, validation_size=0, data_dir=small_set)
    differences = values.differences(settings, [*programs.IMPLEMENTATIONS], lambda text: None)
    assert differences["logits"]["doubled"] < ROUNDING
    assert differences["loss"]["doubled"] == pytest.approx(1)
    # The nearest tensor is another one: a tenth of the doubled gradient, in Adam's first moment.
    assert differences["gradient with respect to W_fc"]["doubled"] == pytest.approx(0.8)


def test_two_dialects(two):
    assert tuple(two.dialects) == ("graph", "eager")
    assert list(two.values["loss"]) == ["eager"] and two.values["loss"]["eager"] < ROUNDING
    graph, eager = two.dialects.values()
    assert graph.handed_over == 1 < 200 < eager.handed_over
    assert (graph.operations, eager.operations) == (253, None)
    are_costs_of_the_steps(two)
    survives_its_file_and_can_be_shown(two)


@pytest.mark.slow
def test_only_eager_calls_every_operation_from_python(result):
    dialects = result.dialects
    assert tuple(dialects) == IMPLEMENTATIONS
    assert dialects["graph"].handed_over == dialects["function"].handed_over == 1
    assert dialects["eager"].handed_over > 200 > dialects["keras"].handed_over > 1
    assert dialects["eager"].operations is dialects["eager"].trace is None
    # A step of the tutorial's graph has 253 of its 432 operations.
    assert dialects["graph"].operations == 253
    assert min(dialects[name].operations for name in ("function", "keras")) > 253


@pytest.mark.slow
def test_costs_are_those_of_the_steps(result):
    are_costs_of_the_steps(result)


def are_costs_of_the_steps(result):
    for dialect in result.dialects.values():
        assert 0 < dialect.least <= dialect.step <= dialect.most
        assert dialect.rate == 16 / dialect.step
        assert dialect.memory > dialect.memory_of_imports > 1e8
    assert result.dialects["graph"].times == 1


class Pretended:
    """A worker that measures nothing."""

    running: set["Pretended"] = set()
    most = 0

    def __init__(self, *arguments):
        self.running.add(self)
        Pretended.most = max(self.most, len(self.running))

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    def close(self):
        self.running.discard(self)

    def reply(self):
        return {"build": 1.0, "first_step": 1.0, "memory_of_imports": 1}

    def ask(self, train=0, inspect=0):
        if train:
            return {"seconds": [2.0] * train}
        return {"memory": 1, "trace": 0.1, "operations": 1, "handed_over": 1, "prints": {}}


def test_no_more_than_two_run_at_once(monkeypatch):
    """Each takes half a gigabyte; of all, the results have the order of the dialects."""
    monkeypatch.setattr(timing, "Worker", Pretended)
    measured = timing.measure(CompareSettings(rounds=2, steps=3), lambda text: None)
    # Other tests take rows out, and put them back in another order.
    assert tuple(measured) == tuple(programs.IMPLEMENTATIONS)
    assert {each.times for each in measured.values()} == {1}
    assert Pretended.most == 2 and not Pretended.running


def test_arithmetic_of_the_rounds():
    rounds, reference = [[2.0, 4.0, 3.0], [8.0, 6.0, 7.0]], [[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]
    expected = {"step": 5.0, "least": 3.0, "most": 7.0, "times": 3.25, "rate": 2.0}
    assert timing.step_times(rounds, reference, images=10) == expected


def heads(lines):
    return [line.split(":")[0] for line in lines]


@pytest.mark.slow
def test_what_is_printed_when(result):
    printed = {
        name: {when: heads(lines) for when, lines in dialect.prints.items()}
        for name, dialect in result.dialects.items()
    }
    both = ["print", "tf.print"]
    assert printed["graph"] == {"built": ["print"], "step 1": [], "step 2": []}
    assert printed["eager"] == {"built": [], "step 1": both, "step 2": both}
    assert printed["function"] == {"built": [], "step 1": both, "step 2": ["tf.print"]}
    # Keras calls a loss once more, to see what comes out of it.
    assert printed["keras"] == {"built": [], "step 1": ["print", *both], "step 2": ["tf.print"]}


@pytest.mark.slow
def test_the_same_values_are_printed(result):
    printed = [
        float(result.dialects[name].prints[f"step {step}"][-1].split(":")[1])
        for step in (1, 2)
        for name in ("eager", "function", "keras")
    ]
    assert printed[:3] == pytest.approx([printed[0]] * 3, rel=ROUNDING)
    assert printed[3:] == pytest.approx([printed[3]] * 3, rel=ROUNDING)
    assert printed[3] != pytest.approx(printed[0])


@pytest.mark.slow
def test_the_result_survives_its_file_and_can_be_shown(result):
    survives_its_file_and_can_be_shown(result)


def survives_its_file_and_can_be_shown(result):
    again = Comparison.from_json(json.loads(json.dumps(result.to_json(), allow_nan=False)))
    assert again == result
    assert 'print: Tensor("Mean:0", shape=(), dtype=float32)' in show.plain(result, width=80)


def test_wrong_usage(capsys, tmp_path):
    for wrong in (["--rounds", "0"], ["--batch-size", "0"], ["--keep-prob", "0"]):
        with pytest.raises(SystemExit) as ended:
            main(["compare", *wrong])
        assert ended.value.code == 2
        assert f"{wrong[0]} must be" in capsys.readouterr().err


def test_too_few_images(small_set):
    with pytest.raises(DataError, match="Validation size should be between 0 and 256"):
        comparison.compare(data_dir=small_set)
    with pytest.raises(UsageError, match=r"^batch_size 257 is above the 256 training images"):
        comparison.compare(data_dir=small_set, validation_size=0, batch_size=257)
