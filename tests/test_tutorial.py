"""The tutorial's graph, compared with the listing, and its program."""

import re

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from experiments.support import graph_differences
from golden.originals.sections import core, graph
from legacy_cnn import input_data, tutorial, vocabulary
from support.originals import GOLDENS, TODAY

pytestmark = pytest.mark.tensorflow

#: The nodes of the listing with change [1], which `tests/golden/originals/write.py graph` writes.
GOLDEN = graph_differences.ours(GOLDENS[TODAY])


def test_the_graph_is_the_listings_node_for_node():
    with tf.Graph().as_default() as built:
        core.with_variables(tf)  # those of TensorFlow 1
        tutorial.build_graph()
    for node, golden in zip(graph.nodes(tf, built), GOLDEN, strict=True):
        assert node == golden
    assert graph.shapes(built) == GOLDENS[TODAY]["graph"]["listing"]["shapes"]


def test_resource_variables_change_the_variables_alone():
    """As the graph is built under TensorFlow 2 behaviour: the same but for reading and writing."""
    with tf.Graph().as_default() as built:
        tutorial.build_graph()
    variable_ops = re.compile("Var|Assign|ReadVariableOp|Identity|ApplyAdam|NoOp|Const|Mul")
    computing = [(node.name, node.type) for node in built.get_operations()]
    assert [pair for pair in computing if not variable_ops.search(pair[1])] == [
        (name, kind) for name, kind, *_ in GOLDEN if not variable_ops.search(kind)
    ]


def test_the_vocabulary_names_what_is_in_the_graph():
    with tf.Graph().as_default() as built:
        ends = tutorial.build_graph()
        variables = tf.trainable_variables()
    expected = [(each.variable, each.shape) for each in vocabulary.PARAMETERS.values()]
    assert [(each.op.name, tuple(each.shape.as_list())) for each in variables] == expected
    assert sum(np.prod(shape) for _, shape in expected) == 3_274_634
    shapes = {
        name: built.get_tensor_by_name(f"{operation}:0").shape.as_list()
        for name, operation in vocabulary.LAYERS.items()
    }
    assert shapes == {
        "conv1": [None, 28, 28, 32],
        "pool1": [None, 14, 14, 32],
        "conv2": [None, 14, 14, 64],
        "pool2": [None, 7, 7, 64],
        "fc": [None, 1024],
        "fc_dropped": [None, 1024],
        "logits": [None, 10],
        "loss": [],
    }
    assert ends.prediction.op.name == vocabulary.LAYERS["logits"]
    assert ends.cost.op.name == vocabulary.LAYERS["loss"]
    assert built.get_operation_by_name(vocabulary.DROPOUT_NOISE).type == "RandomUniform"


def test_the_program_prints_the_listings_lines(small_set, capsys):
    mnist = input_data.read_data_sets(small_set, one_hot=True, validation_size=0, seed=0)
    capsys.readouterr()
    with tf.Graph().as_default():
        tutorial.train_neural_network(tutorial.build_graph(), mnist, hm_epochs=2)
    number = r"\d+\.\d+"
    assert re.fullmatch(
        rf"Epoch 0 completed out of 2 loss: {number}\n"
        rf"Epoch 1 completed out of 2 loss: {number}\n"
        rf"Accuracy: {number}\n",
        capsys.readouterr().out,
    )


@pytest.fixture
def session():
    with tf.Graph().as_default() as graph, tf.Session() as session:
        ends = tutorial.build_graph()
        session.run(ends.init)
        yield graph, ends, session


def test_the_dropout_obeys_its_placeholder(session):
    """Fix 1: in the listing keep_prob was declared, and 0.8 was always used."""
    graph, ends, session = session
    dropped = graph.get_tensor_by_name(f"{vocabulary.LAYERS['fc_dropped']}:0")
    full = graph.get_tensor_by_name(f"{vocabulary.LAYERS['fc']}:0")
    feed = {ends.x: np.random.default_rng(0).random((20, 784))}
    off, fc = session.run([dropped, full], {**feed, ends.keep_prob: 1.0})
    assert np.array_equal(off, fc)
    on, fc = session.run([dropped, full], {**feed, ends.keep_prob: 0.8})
    kept = on[fc > 0] != 0
    assert 0.75 < kept.mean() < 0.85
    np.testing.assert_allclose(on[on != 0], fc[on != 0] / np.float32(0.8), rtol=1e-6)


def test_labels_and_logits_are_not_swapped(session):
    """Fix 2: swapped, no variable gets a gradient, and nothing complains."""
    graph, ends, session = session
    with graph.as_default():
        gradients = tf.gradients(ends.cost, tf.trainable_variables())
        assert None not in gradients
    feed = {
        ends.x: np.random.default_rng(0).random((20, 784)),
        ends.y: np.eye(10)[np.arange(20) % 10],
        ends.keep_prob: 1.0,
    }
    assert all(np.abs(gradient).max() > 0 for gradient in session.run(gradients, feed))


def test_importing_the_tutorial_builds_nothing():
    assert not tf.get_default_graph().get_operations()
