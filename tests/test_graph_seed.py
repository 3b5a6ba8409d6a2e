"""The run of its time: what a graph seed gave in an old release, on today's TensorFlow."""

import json

import numpy as np
import pytest
import tensorflow as tf

from conftest import TRAINING, StopAfter, without_times
from legacy_cnn import evaluate
from legacy_cnn.programs.program import EVALUATION_BATCH
from legacy_cnn.releases import RELEASES
from legacy_cnn.settings import Settings
from legacy_cnn.training import Interrupted, graph_seed, train
from legacy_cnn.training.draws import draws_of, note

pytestmark = pytest.mark.tensorflow

OLD = {"release": "0.12", "graph_seed": 7, "numpy_seed": 3}


@pytest.mark.parametrize("seeds", [(7, 94), (0, 6), (2**31 - 2, 1)])
def test_draws_are_those_of_the_operation_in_a_session(seeds):
    """Several draws of one session, of a size that is no multiple of four, and parts of one."""
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        shape = [7, 31]
        attributes = {"shape": shape, "dtype": tf.float32, "seed": seeds[0], "seed2": seeds[1]}
        random = tf.raw_ops.RandomUniform(**attributes)
        normal = tf.raw_ops.RandomStandardNormal(**attributes)
        draws = [session.run(random) for _ in range(3)]
        first_normal = session.run(normal)
    for number, expected in enumerate(draws):
        drawn = graph_seed.uniform(shape, *seeds, drawn=number * expected.size)
        assert np.array_equal(drawn, expected)
    part = graph_seed.uniform([50], *seeds, drawn=2 * 7 * 31, first=100)
    assert np.array_equal(part, draws[2].ravel()[100:150])
    assert np.array_equal(graph_seed.normal(shape, *seeds), first_normal)


@pytest.mark.parametrize("keep_prob", [0.8, 0.7, 0.5, 0.3])
def test_the_masks_of_the_old_formula_are_todays(keep_prob):
    """For every number that `random_uniform` can draw: it has 23 bits."""
    noise, keep_prob = np.arange(2**23, dtype=np.float32) / 2**23, np.float32(keep_prob)
    old, today = np.floor(keep_prob + noise) == 1, noise >= 1 - keep_prob
    assert np.array_equal(old, today)


def test_the_evaluation_is_one_draw_after_the_training():
    draws = draws_of(Settings(**OLD, batch_size=16))
    whole = graph_seed.uniform([2 * EVALUATION_BATCH + 3, 1024], 7, 94, drawn=5 * 16 * 1024)
    sizes = (EVALUATION_BATCH, EVALUATION_BATCH, 3)
    parts = [draws.evaluation_noise(5, batch, size) for batch, size in enumerate(sizes)]
    assert np.array_equal(np.concatenate(parts), whole)


def test_what_orders_the_batches():
    def order(**settings):
        return draws_of(Settings(**settings)).shuffles

    assert order(seed=2) == order(seed=2, release="1.15")
    assert order(seed=2, release="0.12").loader is RELEASES["0.12"].loader
    assert order(seed=2, release="1.0").seed == order(seed=2).seed
    assert order(release="1.1", numpy_seed=2**32 - 1).seed == 2**32 - 1
    assert order(release="1.2", graph_seed=5).seed == order(seed=5).seed
    assert order(**OLD).seed == 3


def test_a_note_tells_of_batches_that_were_never_repeatable():
    assert note(Settings(**{**OLD, "numpy_seed": None, "seed": 4})) == (
        "In TensorFlow 0.12, a graph seed did not seed the loader: its batches after the first "
        "epoch were never repeatable. Here they are drawn from seed 4."
    )
    assert "its batches were never" in note(Settings(release="1.1", graph_seed=7))
    for settings in ({"release": "1.15", "graph_seed": 7}, {"release": "0.12"}, OLD, {}):
        assert note(Settings(**settings)) is None


@pytest.mark.slow
def test_a_resumed_run_of_its_time_is_never_interrupted(settings, tmp_path):
    old = {**settings, **OLD, "as_published": True, "batch_size": TRAINING // 2}
    whole, run = train(tmp_path / "whole", **old), tmp_path / "run"
    with pytest.raises(Interrupted):
        train(run, stop=StopAfter(3), **old)
    assert without_times(train(run, resume=True)) == without_times(whole)
    config = json.loads((run / "config.json").read_text())
    assert config["generator"] == "tf.set_random_seed(7) in TensorFlow 0.12"
    assert {name: config["settings"][name] for name in OLD} == OLD
    assert whole.accuracy == evaluate(run).accuracy_dropout_on
