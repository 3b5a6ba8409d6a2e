"""The tolerances against what was measured."""

import pytest

from experiments.support.recorded import read
from experiments.tables import parity as tables
from legacy_cnn.parity.tolerance import TOLERANCES


@pytest.mark.parametrize("row", TOLERANCES)
def test_a_tolerance_is_a_margin_above_measured_noise(row):
    """At least three times what was ever needed, and at most twenty times."""
    tolerance, measured = TOLERANCES[row], tables.measured()[row]
    assert len(tolerance.measures) <= 1 and tolerance.reason
    if row == "batch":
        return  # one unit in the last place, by arithmetic: see mnist/rows.py
    if not tolerance.measures:
        assert not any(measured.values())
    for measure in tolerance.measures:
        assert 3 * measured[measure] <= tolerance.of(measure) <= 20 * measured[measure]


def test_a_hundred_sound_comparisons_raise_no_alarm():
    runs = read("false_alarms")["runs"]
    assert sorted(run["seed"] for run in runs) == list(range(100))
    assert {run["port"] for run in runs} == {"eager", "function", "keras", "keras, noise fed"}
    for setting in ("session_threads", "process_threads", "onednn"):
        assert len({run[setting] for run in runs}) == 2
    assert max(tables.share(run) for run in runs) < 1 / 3
    assert all(run["accuracy"]["reference"] == run["accuracy"]["candidate"] for run in runs)


def test_the_implementations_reach_the_same_accuracy():
    """Within half a percentage point, 50 of the 10,000 images."""
    runs = read("one_epoch")["runs"]
    for seed in {run["seed"] for run in runs}:
        reached = [run["test_accuracy"] for run in runs if run["seed"] == seed]
        assert len(reached) == 4 and max(reached) - min(reached) <= 0.005
