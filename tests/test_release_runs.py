"""The runs that old releases recorded (docs/results/release_runs.json), and today's code."""

import hashlib

import numpy as np
import pytest

from experiments.support import recorded
from legacy_cnn import feeding, programs, releases
from legacy_cnn.settings import Settings
from legacy_cnn.training import graph_seed
from legacy_cnn.training.draws import draws_of

pytestmark = pytest.mark.tensorflow

RUNS = {run["version"]: run for run in recorded.read("release_runs")["runs"]}
#: One release for each of the three loaders.
LOADERS = ("0.12.1", "1.1.0", "1.15.5")


def sha256(*arrays):
    digest = hashlib.sha256()
    for array in arrays:
        array = np.ascontiguousarray(array)
        digest.update((str(array.dtype) + str(array.shape)).encode())
        digest.update(array.tobytes())
    return digest.hexdigest()[:24]


def settings_of(run):
    names = ("release", "graph_seed", "numpy_seed")
    return Settings(**{name: run[name] for name in names if name in run})


def inputs(run, files):
    """The first inputs of a run, here."""
    settings = settings_of(run)
    images, labels = feeding.training_set(files, settings)
    batches = feeding.batches(images, labels, settings, 0, draws_of(settings))
    return [next(batches) for _ in run["kept"]["batches"]]


def test_releases_of_each_kind_are_recorded():
    assert {"0.12.1", "1.0.1", "1.1.0", "1.3.0", "1.4.0", "1.15.5"} <= set(RUNS)
    assert {settings_of(RUNS[name]).release for name in LOADERS} == {"0.12", "1.1", "1.15"}
    assert len({releases.find(name).loader for name in LOADERS}) == 3


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_what_was_recorded_is_the_same_run(run):
    for name in ("batches", "noise", "masks"):
        assert run[name] == [run["steps"]] * 2, name
    assert run["steps"] == 100
    assert run["large_batches"] == [7, 7]
    assert run["evaluation_noise"] == run["evaluation_mask"] == [1, 1]
    weights = run["initial_weights"]
    if releases.find(run["version"]).exact_normal:
        assert weights["largest_difference"] == weights["share_that_differs"] == 0
    else:
        assert 0 < weights["largest_difference"] <= 5e-7
    # From then on, training amplifies the rounding, and more so with some batches than with others.
    assert max(run["losses_apart"][:3]) < 1e-6
    assert max(run["losses_apart"][:8]) < 1e-4


@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
def test_batches_noise_and_masks_are_those_of_the_release(run, files):
    drawn, kept = inputs(run, files), run["kept"]
    assert [sha256(batch.images, batch.labels) for batch in drawn] == kept["batches"]
    assert [sha256(batch.noise) for batch in drawn] == kept["noise"]
    dropped = np.float32(1) - np.float32(0.8)
    assert [sha256(batch.noise >= dropped) for batch in drawn] == kept["masks"]


@pytest.mark.parametrize("version", LOADERS)
def test_batches_are_those_of_the_release_after_two_epochs(version, files):
    run = RUNS[version]
    settings = settings_of(run)
    data = draws_of(settings).data_set(*feeding.training_set(files, settings))
    data.skip(5, 20_000)
    assert sha256(*data.next_batch(20_000)) == run["kept"]["large_batches"][5]
    assert data.epochs_completed == 2


def test_initial_weights_are_those_of_the_releases_and_seeds_are_not_mixed_up():
    weights = [
        sha256(each) for each in draws_of(settings_of(RUNS["1.15.5"])).initial_weights().values()
    ]
    for version, run in RUNS.items():
        exact = releases.find(version).exact_normal
        assert (run["kept"]["initial_weights"] == weights) is exact, version
    small = graph_seed.normal([10], 7, releases.WEIGHT_SEEDS["out_b"])
    assert sha256(small) == RUNS["1.15.5"]["kept"]["initial_weights"][-1]


def test_the_first_losses_are_those_of_the_releases(files):
    with programs.build("graph") as program:
        for version in ("0.12.1", "1.15.5"):
            run = RUNS[version]
            program.initialise(draws_of(settings_of(run)).initial_weights())
            losses = [
                program.step(batch.images, batch.labels, 0.8, batch.noise).loss
                for batch in inputs(run, files)
            ]
            assert losses == pytest.approx(run["losses"][: len(losses)], rel=1e-6)
