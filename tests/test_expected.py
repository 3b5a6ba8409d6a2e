"""What the accuracy of a run is expected to be."""

import dataclasses
import json
from pathlib import Path

import pytest

from legacy_cnn import expected
from legacy_cnn.settings import Settings

RESULTS = Path(__file__).parent.parent / "docs" / "results"

RUNS = "5 recorded runs, seeds 0 to 4, 0.9773 - 0.9806"
MOST = "95% of runs are expected within 0.9756 - 0.9833."
SENTENCES = {
    0.9797: f"The accuracy is within the range of {RUNS}.",
    0.9810: f"The accuracy is outside the range of {RUNS}; {MOST}",
    0.9700: f"The accuracy is unusual: outside the range of {RUNS}; {MOST}",
}


@pytest.mark.parametrize(("accuracy", "said"), SENTENCES.items())
def test_an_accuracy_is_held_against_recorded_ones(accuracy, said):
    assert expected.sentence(Settings(), accuracy) == said


def test_only_runs_with_the_same_settings_are_expected_to_be_alike():
    published = dataclasses.replace(Settings(), as_published=True, epochs=2, seed=7, threads=1)
    assert "100 recorded runs, seeds 0 to 99, 0.9329 - 0.9504" in expected.sentence(
        published, 0.942
    )
    assert expected.sentence(dataclasses.replace(published, batch_size=64), 0.942) == ""


def test_the_recorded_accuracies_are_the_studies():
    studies = [
        json.loads((RESULTS / name).read_text()) for name in ("study.json", "two_epochs.json")
    ]
    variants = {name: one for study in studies for name, one in study["variants"].items()}
    recorded = [one["accuracy"]["by_seed"] for one in variants.values() if "accuracy" in one]
    settings = Settings(), Settings(as_published=True), Settings(keep_prob=1.0)
    settings += Settings(as_published=True, epochs=2), Settings(initial="scaled")
    found = [expected.accuracies(one) for one in (*settings, Settings(graph="swapped-loss"))]
    assert sorted(found) == sorted(recorded)
