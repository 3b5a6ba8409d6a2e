"""The tolerances against what was measured."""

import pytest

from experiments.support.recorded import read
from experiments.tables import parity as tables
from legacy_cnn.parity.rounding import BOUND
from legacy_cnn.parity.tolerance import EXACT, TOLERANCES


@pytest.mark.parametrize("row", TOLERANCES)
def test_a_tolerance_is_a_multiple_of_the_noise_or_has_another_reason(row):
    tolerance = TOLERANCES[row]
    assert tolerance.reason and tolerance.absolute == tolerance.relative == 0
    assert tolerance.ratio in (0, BOUND) and tolerance.ulp <= 1 and tolerance.norm <= 1e-3


@pytest.mark.parametrize("row", TOLERANCES)
def test_no_sound_run_needed_half_of_the_bound(row):
    measured = tables.measured()[row]
    if TOLERANCES[row] == EXACT:
        assert not any(measured.values())
    assert tables.used(row, measured) <= 0.5


def test_sound_comparisons_raise_no_alarm():
    runs = read("false_alarms")["runs"]
    assert len({run["seed"] for run in runs}) == len(runs) >= 100
    ports = {run["port"] for run in runs}
    assert ports > {"eager", "function", "keras", "keras, noise fed", "optimised"}
    assert len(ports) >= 20  # foreign programs among them
    for setting in ("session_threads", "process_threads", "onednn"):
        assert len({run[setting] for run in runs}) == 2
    fed = {run.get("keep_prob", 1.0) for run in runs}  # foreign programs bring their own
    assert fed == {0.05, 0.2, 0.5, 0.8, 0.95, 1.0}
    assert {run["batch_size"] for run in runs} == {16, 50, 128}
    assert {run["verdict"] for run in runs} <= {"same", "same as far as compared"}
    assert max(tables.share(run) for run in runs) <= 0.5
    measured = [run["accuracy"] for run in runs if run["accuracy"]]
    assert all(each["reference"] == each["candidate"] for each in measured)


def test_the_implementations_reach_the_same_accuracy():
    """Within half a percentage point, 50 of the 10,000 images."""
    runs = read("one_epoch")["runs"]
    for seed in {run["seed"] for run in runs}:
        reached = [run["test_accuracy"] for run in runs if run["seed"] == seed]
        assert len(reached) == 4 and max(reached) - min(reached) <= 0.005
