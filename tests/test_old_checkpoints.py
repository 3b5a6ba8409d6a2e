"""Checkpoints as old scripts left them: of any optimizer, in either format, with any names."""

import keras
import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow

import tensorflow.compat.v1 as tf

from legacy_cnn import parity, randomness, show, vocabulary, weights
from legacy_cnn.errors import WeightsError

#: Most scripts make each layer's bias right after its kernel.
ORDER = ("W_conv1", "b_conv1", "W_conv2", "b_conv2", "W_fc", "b_fc", "out_W", "out_b")

OPTIMIZERS = {
    "Momentum": lambda: tf.train.MomentumOptimizer(0.1, 0.9),
    "RMSProp": lambda: tf.train.RMSPropOptimizer(0.1, momentum=0.9, centered=True),
    "Adagrad": lambda: tf.train.AdagradOptimizer(0.1),
    "Adadelta": lambda: tf.train.AdadeltaOptimizer(0.1),
    "Ftrl": lambda: tf.train.FtrlOptimizer(0.1),
    "Adam, renamed": lambda: tf.train.AdamOptimizer(0.1, name="best"),
}


@pytest.fixture(scope="module")
def original():
    return randomness.initial_weights(8)


def save(path, original, optimizer=None, named=str, version=tf.train.SaverDef.V2, after=None):
    """Saves the network's variables as a script has made them, in another order than the tutorial.

    Args:
      path: of the checkpoint.
      original: the weights.
      optimizer: makes one; it changes nothing, but has its slots.
      named: number -> name of a variable.
      version: of the format.
      after: called with the session, once all is saved.
    """
    with tf.Graph().as_default(), tf.Session() as session:
        made = [tf.Variable(original[name], name=named(at)) for at, name in enumerate(ORDER)]
        step = tf.train.get_or_create_global_step()
        ops = [tf.no_op()]
        if optimizer:
            loss = tf.add_n([tf.reduce_sum(one) * 0.0 for one in made])
            average = tf.train.ExponentialMovingAverage(0.9, step)
            ops = [optimizer().minimize(loss, step), average.apply(made)]
        session.run(tf.global_variables_initializer())
        session.run(ops)
        for variable, name in zip(made, ORDER, strict=True):
            variable.load(original[name], session)
        tf.train.Saver(write_version=version).save(session, str(path), global_step=7)
        if after:
            after(session)


def same(found, original):
    return all(np.array_equal(found[name], original[name]) for name in vocabulary.PARAMETERS)


@pytest.mark.parametrize("kind", OPTIMIZERS)
def test_what_optimizers_keep_is_set_aside(kind, original, tmp_path):
    save(tmp_path / "model.ckpt", original, OPTIMIZERS[kind], lambda at: f"layer_{at}")
    assert same(weights.read(tmp_path / "model.ckpt-7"), original)


def test_shapes_decide_where_names_mislead(original, tmp_path):
    """`Variable_1` is a bias in most scripts, and the tutorial's second kernel."""
    save(tmp_path / "model.ckpt", original, named=lambda at: "Variable")
    assert same(weights.read(tmp_path / "model.ckpt-7"), original)


def test_the_first_format(original, tmp_path):
    save(tmp_path / "model.ckpt", original, version=tf.train.SaverDef.V1, named=lambda at: "w")
    assert (tmp_path / "model.ckpt-7").is_file()
    assert same(weights.read(tmp_path / "model.ckpt-7"), original)
    assert same(weights.read(tmp_path), original)


@pytest.mark.parametrize("end", [".index", ".meta", ".data-00000-of-00001"])
def test_any_file_of_a_checkpoint_names_it(end, original, tmp_path):
    save(tmp_path / "model.ckpt", original, named=lambda at: "w")
    assert same(weights.read(tmp_path / f"model.ckpt-7{end}"), original)


@pytest.mark.parametrize(
    "other", ["/home/ann/mnist", "/tmp", "C:\\\\models\\\\mnist", "../elsewhere"]
)
def test_a_list_of_another_machine_names_what_lies_beside_it(other, original, tmp_path):
    save(tmp_path / "model.ckpt", original, named=lambda at: "w")
    separator = "\\\\" if "\\" in other else "/"
    line = f'model_checkpoint_path: "{other}{separator}model.ckpt-7"\n'
    (tmp_path / "checkpoint").write_text(line)
    assert same(weights.read(tmp_path), original)


def test_it_is_looked_for_nowhere_else(original, tmp_path):
    (tmp_path / "there").mkdir()
    (tmp_path / "here").mkdir()
    save(tmp_path / "there" / "model.ckpt", original, named=lambda at: "w")
    line = f'model_checkpoint_path: "{tmp_path}/there/model.ckpt-7"\n'
    (tmp_path / "here" / "checkpoint").write_text(line)
    with pytest.raises(WeightsError, match="here contains no weights"):
        weights.read(tmp_path / "here")


def test_a_list_that_is_none(tmp_path):
    (tmp_path / "checkpoint").write_bytes(b"\xff\x00 nothing")
    with pytest.raises(WeightsError, match="is no list of checkpoints"):
        weights.read(tmp_path)


def test_a_frozen_graph_has_its_weights(original, tmp_path):
    def freeze(session):
        names = [f"{one.op.name}/Read/ReadVariableOp" for one in tf.trainable_variables()]
        frozen = tf.graph_util.convert_variables_to_constants(session, session.graph_def, names)
        tf.io.write_graph(frozen, str(tmp_path), "frozen.pb", as_text=False)

    save(tmp_path / "model.ckpt", original, named=lambda at: f"layer_{at}", after=freeze)
    assert same(weights.read(tmp_path / "frozen.pb"), original)


def frozen(path):
    """Writes the graph of a trained classifier as it was deployed."""
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 6], name="x")
        w = tf.get_variable("w", [6, 3])
        logits = tf.matmul(x, w) + tf.get_variable("b", [3], initializer=tf.ones_initializer())
        tf.nn.softmax(logits, name="probabilities")
        session.run(tf.global_variables_initializer())
        definition = tf.graph_util.convert_variables_to_constants(
            session, session.graph_def, ["probabilities"]
        )
        tf.io.write_graph(definition, str(path.parent), path.name, as_text=False)


@pytest.mark.parametrize(("activation", "verdict"), [("softmax", "same"), ("sigmoid", "different")])
def test_a_frozen_graph_is_a_reference(activation, verdict, tmp_path):
    frozen(tmp_path / "frozen.pb")
    port = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, activation=activation)])
    report = parity.compare(port, reference=tmp_path / "frozen.pb")
    assert report.verdict == verdict, show.plain(report)
