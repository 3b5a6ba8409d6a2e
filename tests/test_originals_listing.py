"""The tutorial against what the listing computed and printed in old releases."""

import types

import pytest
import tensorflow.compat.v1 as tf

from experiments.support import graph_differences
from golden.originals.sections import core, graph, listing
from legacy_cnn import tutorial
from legacy_cnn.originals import listing as originals_listing
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


@pytest.mark.parametrize("release", OLD)
def test_the_listing_is_the_one_that_originals_runs(release):
    text = listing.text(types.SimpleNamespace(__version__=release), {})
    assert originals_listing.source(release).endswith(f"one_hot = True)\n{text}")


def test_the_recorded_graph_is_ours(today):
    assert today["nodes"] == graph_differences.ours(GOLDENS[TODAY])


@pytest.mark.parametrize("release", OLD)
def test_every_node_that_differs_is_explained(release):
    assert not graph_differences.unexplained(GOLDENS[release], GOLDENS[TODAY])


DROPOUT, LOSS, ONE, MEAN, BIAS, SHAPES, SLOTS, CASTS = (
    row.reason for row in graph_differences.REASONS
)
#: Reason -> nodes that are only there, only here, and other here, in the four releases.
REASONS = {
    DROPOUT: [(37, 39, 0), (37, 39, 0), (37, 39, 0), (37, 38, 0)],
    LOSS: [(37, 47, 1), (38, 47, 1), (37, 47, 1), (2, 2, 0)],
    ONE: [(2, 2, 0), (2, 2, 0), (2, 2, 0), (1, 1, 1)],
    MEAN: [(6, 5, 0), (6, 5, 0), (6, 5, 0), (6, 5, 0)],
    BIAS: [(12, 4, 11), (12, 4, 11), (12, 4, 11), (12, 4, 16)],
    SHAPES: [(5, 3, 0), (5, 3, 0), (1, 1, 0), (1, 1, 0)],
    SLOTS: [(16, 32, 0), (16, 32, 0), (0, 16, 8), (0, 0, 0)],
    CASTS: [(2, 1, 0), (2, 1, 0), (2, 1, 0), (0, 0, 0)],
    graph_differences.PLACEHOLDER: [(0, 0, 3), (0, 0, 3), (0, 0, 0), (0, 0, 0)],
    graph_differences.NEW_NAME: [(0, 0, 39), (0, 0, 12), (0, 0, 12), (0, 0, 8)],
    graph_differences.NEW_ATTRIBUTE: [(0, 0, 71), (0, 0, 71), (0, 0, 69), (0, 0, 69)],
    graph_differences.MOVED_INPUT: [(0, 0, 47), (0, 0, 47), (0, 0, 35), (0, 0, 23)],
    graph_differences.MOVED_PLACE: [(0, 0, 8), (0, 0, 8), (0, 0, 10), (0, 0, 8)],
    graph_differences.OTHER_ORDER: [(0, 0, 4), (0, 0, 4), (0, 0, 4), (0, 0, 0)],
}


def test_how_many_nodes_each_reason_explains():
    """A pattern that explains nothing, or more than it did, is wrong."""
    counts = {}
    for place, release in enumerate(OLD):
        changes = graph_differences.changes(GOLDENS[release], GOLDENS[TODAY])
        for reason, count in graph_differences.counts(changes).items():
            counts.setdefault(reason, [(0, 0, 0)] * len(OLD))[place] = tuple(count)
    assert counts == REASONS


def test_an_added_attribute_must_keep_what_the_operation_did():
    old = ["Conv2D", "Conv2D", [], {}]
    for rates, explained in (([1, 1, 1, 1], True), ([1, 2, 2, 1], False)):
        new = [*old[:3], {"dilations": rates}]
        there, here = ({"graph": {"listing": {"nodes": [node]}}} for node in (old, new))
        here["graph"]["listing"].update(changed=[], order=["Conv2D"])
        assert graph_differences.unexplained(there, here) == (
            [] if explained else [graph_differences.Change("both", "Conv2D", "dilations", "")]
        )


def test_how_many_nodes_there_are():
    counts = {release: len(GOLDENS[release]["graph"]["listing"]["nodes"]) for release in OLD}
    assert counts == {"0.12.1": 362, "1.0.1": 363, "1.4.0": 360, "1.15.5": 386}
    assert len(graph_differences.ours(GOLDENS[TODAY])) == 378
