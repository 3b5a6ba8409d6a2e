"""Runs of the listing on old releases are recorded as they come, and their tables."""

import json
import math
import shlex

import pytest

from experiments import __main__ as runner
from experiments import original_results
from experiments.support import recorded
from experiments.tables import original_results as tables
from experiments.tables.original_results import at_most, exceeding
from legacy_cnn.expected import interval
from legacy_cnn.originals import environments, listing

THREE = """Extracting /tmp/data/train-images-idx3-ubyte.gz
Epoch 0 completed out of 2 loss: 1979521.6321105957
Epoch 1 completed out of 2 loss: 3.5e+05
Accuracy: 0.9513
"""
#: As Python 2 prints them.
TWO = """('Epoch', 0, 'completed out of', 2, 'loss:', 2028244.6)
('Epoch', 1, 'completed out of', 2, 'loss:', 312244.0)
('Accuracy:', 0.94620001)
"""


def test_what_both_pythons_print_is_read():
    assert original_results.parsed(THREE, "a file") == {
        "epochs": 2, "losses": [1979521.6321105957, 350000.0], "accuracy": 0.9513,
    }  # fmt: skip
    assert original_results.parsed(TWO, "a file") == {
        "epochs": 2, "losses": [2028244.6, 312244.0], "accuracy": 0.94620001,
    }  # fmt: skip


def test_files_are_recorded_once_and_only_finished_ones(tmp_path, capsys):
    files = [tmp_path / f"{name}.txt" for name in ("0.12.1-2-1", "1.4.0-2-1", "0.12.1-2-2")]
    for path, text in zip(files, (TWO, THREE, TWO.partition("('Acc")[0]), strict=True):
        path.write_text(text)
    for _ in range(2):
        words = ["original_results", "--quick", str(tmp_path), "--from", *map(str, files)]
        assert runner.main(words) == 0
        assert capsys.readouterr().err == f"{files[2]}: not finished, left out\n"
    runs = json.loads((tmp_path / "originals.json").read_text())["runs"]
    assert [(run["release"], run["accuracy"], run["seconds"]) for run in runs] == [
        ("0.12.1", 0.94620001, None), ("1.4.0", 0.9513, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("first", TWO, "first.txt must be named RELEASE-EPOCHS-N.txt, such as 0.12.1-2-1.txt."),
        ("0.12.1-2-1", TWO[57:], "0.12.1-2-1.txt must have printed every epoch once, and the acc"),
        ("0.12.1-2-1", TWO + TWO, "0.12.1-2-1.txt must have printed every epoch once, and the ac"),
    ],
)
def test_a_file_that_is_no_run(tmp_path, capsys, name, text, sentence):
    path = tmp_path / f"{name}.txt"
    path.write_text(text)
    words = ["original_results", "--quick", str(tmp_path), "--from", str(path)]
    assert runner.main(words) == 1
    assert capsys.readouterr().err.startswith(f"error: {tmp_path}/{sentence}")


def test_the_runs_that_are_missing_are_taken(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(environments.VARIABLE, str(tmp_path))
    monkeypatch.setattr(listing, "provide_data", lambda: False)
    python = tmp_path / "0.12.1" / "bin" / "python"
    python.parent.mkdir(parents=True)
    text = "Epoch 0 completed out of 1 loss: 2.5\nAccuracy: 0.9\n"
    # Without the listing as its program, it prints nothing.
    head = "import tensorflow as tf"
    python.write_text(f'#!/bin/sh\ncase "$3" in "{head}"*) printf %s {shlex.quote(text)} ;; esac\n')
    python.chmod(0o755)
    for _ in range(2):
        assert runner.main(["original_results", "--quick", str(tmp_path)]) == 0
    assert capsys.readouterr().err == "0.12.1, 1 epochs: run 1 of 1\n"
    (run,) = json.loads((tmp_path / "originals.json").read_text())["runs"]
    assert run.pop("seconds") > 0
    assert run == {"release": "0.12.1", "epochs": 1, "losses": [2.5], "accuracy": 0.9}


def test_the_probability_of_one_more_run():
    """Student's t of a prediction; the values are of a printed table."""
    sample = [-1.0, 1.0, -1.0, 1.0, 0.0]  # mean 0, deviation 1
    beyond = (1 + 1 / 5) ** 0.5
    assert exceeding(2.132 * beyond, sample) == pytest.approx(0.05, abs=1e-4)
    assert exceeding(-2.132 * beyond, sample) == pytest.approx(0.95, abs=1e-4)
    assert exceeding(0.0, sample) == pytest.approx(0.5)
    low, high = interval(sample, 0.9)
    assert (low, high) == pytest.approx((-2.132 * beyond, 2.132 * beyond), abs=1e-3)


def test_the_share_that_a_sample_does_not_rule_out():
    """Of none found, 1 - 0.05^(1/n); of more, where the binomial distribution leaves 5%."""
    assert at_most(0, 100) == pytest.approx(1 - 0.05**0.01)
    share = at_most(2, 10)
    below = sum(math.comb(10, k) * share**k * (1 - share) ** (10 - k) for k in range(3))
    assert below == pytest.approx(0.05) and at_most(3, 3) == 1


def test_what_the_page_says_of_c2(monkeypatch):
    def run(release, accuracy):
        return {"release": release, "epochs": 2, "losses": [2.0, 1.0], "accuracy": accuracy}

    runs = [run("0.12.1", value) for value in (0.94, 0.942, 0.944)] + [run("1.4.0", 0.96)]
    monkeypatch.setattr(recorded, "read", {"originals": {"runs": runs}}.get)
    assert tables.reached() == (
        "Recorded so far, of the runs that are planned: 3 of 20 with 2 epochs on 0.12.1, 1 of 5 "
        "with 2 epochs on 1.4.0, 0 of 5 with 10 epochs on 0.12.1."
    )
    first, second, together, ours = tables.likelihood().splitlines()
    assert first == (
        "- Of 3 runs on TensorFlow 0.12.1, none reached 0.9513. Their mean is 0.9420, their "
        "standard deviation 0.0020, and their range 0.9400 - 0.9440: C2 is 4.7 standard deviations "
        "above the mean. One more run would lie within 0.9321 - 0.9519 with a probability of 95%, "
        "and reach C2 with one of 0.028; whatever their distribution, at most 63.2% reach it, with "
        "a confidence of 95%."
    )
    assert (
        second == "- Of one run on TensorFlow 1.4.0, 1 reached 0.9513; too few for a probability."
    )
    assert together.startswith("- Of 4 runs on these releases together, 1 reached 0.9513. Their ")
    assert ours.startswith("- Of 100 runs of ours, none reached 0.9513. Their mean is 0.9430, ")
