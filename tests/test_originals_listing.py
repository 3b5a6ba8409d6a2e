"""The tutorial against what the listing computed and printed in old releases."""

import pytest
import tensorflow.compat.v1 as tf

from experiments.support import graph_differences
from golden.originals.sections import core, graph, listing
from legacy_cnn import tutorial
from support.originals import GOLDENS, OLD, TODAY, unexplained

pytestmark = pytest.mark.tensorflow


@pytest.fixture(scope="module")
def today():
    """What the tutorial's own program computes and prints, batches of 32, two epochs of six."""

    def program(names):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tutorial, "tf", names["tf"])
            patch.setattr(tutorial, "batch_size", listing.BATCH)
            return listing.printed(
                "train(build(), mnist, hm_epochs)",
                {
                    "train": tutorial.train_neural_network,
                    "build": tutorial.build_graph,
                    "mnist": names["mnist"],
                    "hm_epochs": listing.EPOCHS,
                },
            )

    def case(tf, session, inputs):
        seen = listing.watched(tf, inputs, program)
        return {**seen, "nodes": graph.nodes(tf, tf.get_default_graph())}

    values = core.run(case, tf, core.Inputs())
    return {key: core.shown(value, []) for key, value in values.items()}


@pytest.mark.parametrize("release", GOLDENS)
def test_twelve_steps(today, release):
    assert len(GOLDENS[release]["listing"]["program"]) == 95
    assert not unexplained("listing", release, {"program": today})


def test_the_recorded_graph_is_ours(today):
    assert today["nodes"] == graph_differences.ours(GOLDENS[TODAY])


@pytest.mark.parametrize("release", OLD)
def test_every_node_that_differs_is_explained(release):
    assert not graph_differences.unexplained(GOLDENS[release], GOLDENS[TODAY])


def test_how_many_nodes_there_are():
    counts = {release: len(GOLDENS[release]["graph"]["listing"]["nodes"]) for release in OLD}
    assert counts == {"0.12.1": 362, "1.0.1": 363, "1.4.0": 360, "1.15.5": 386}
    assert len(graph_differences.ours(GOLDENS[TODAY])) == 378
