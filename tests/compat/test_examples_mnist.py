"""`tensorflow.examples.tutorials.mnist`, as in 1.4: the network, and how it is imported."""

import importlib

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow

VARIABLES = {
    "hidden1/weights:0": [784, 128],
    "hidden1/biases:0": [128],
    "hidden2/weights:0": [128, 32],
    "hidden2/biases:0": [32],
    "softmax_linear/weights:0": [32, 10],
    "softmax_linear/biases:0": [10],
}


@pytest.fixture
def model(old):
    return old.examples.tutorials.mnist.mnist


def test_the_network_is_that_of_1_4(old, model):
    images = old.placeholder(old.float32, [20, model.IMAGE_PIXELS])
    labels = old.placeholder(old.int32, [20])
    logits = model.inference(images, 128, 32)
    loss = model.loss(logits, labels)
    train = model.training(loss, 0.01)
    correct = model.evaluation(logits, labels)
    found = {each.name: each.shape.as_list() for each in old.trainable_variables()}
    assert found == VARIABLES and list(found) == list(VARIABLES)
    assert [each.name for each in old.all_variables()][-1] == "global_step:0"
    names = [each.name for each in old.get_default_graph().get_operations()]
    for each in ("hidden1/Relu", "hidden2/Relu", "softmax_linear/MatMul", "xentropy/xentropy"):
        assert each in names
    assert (loss.op.name, train.name, correct.op.name) == (
        "xentropy_mean", "GradientDescent", "Sum",
    )  # fmt: skip
    assert [each.op.name for each in old.get_collection("summaries")] == ["loss"]
    assert correct.dtype == old.int32


def test_how_weights_begin(old, model):
    model.inference(old.zeros([1, 784]), 128, 32)
    with old.Session() as session:
        session.run(old.initialize_all_variables())
        weights, biases = session.run(["hidden1/weights:0", "hidden1/biases:0"])
    # Normal with a deviation of 1 / 28, cut at two of them, which leaves 0.88 of it.
    assert np.abs(weights).max() <= 2 / 28 and abs(weights.std() * 28 - 0.88) < 0.01
    assert not biases.any()


def test_constants(model):
    assert (model.NUM_CLASSES, model.IMAGE_SIZE, model.IMAGE_PIXELS) == (10, 28, 784)
    assert model.math.sqrt(4) == 2 and model.tf.__name__ == "tensorflow"


def test_spellings(old):
    package = (
        importlib.import_module("legacy_cnn.compat.hook")
        .faces("program")
        .imported("tensorflow.examples.tutorials.mnist")
    )
    assert package is old.examples.tutorials.mnist
    from legacy_cnn import input_data

    assert package.input_data.read_data_sets is input_data.read_data_sets
