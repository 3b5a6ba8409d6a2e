"""Graphs from files are code: what may write, read or call is refused, unless they are trusted."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow

import keras
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import cli, parity, porting
from legacy_cnn.errors import ForeignGraphError


def writing(path, value):
    with tf.control_dependencies([tf.io.write_file(str(path), "planted")]):
        return tf.identity(value)


class Module(tf.Module):
    """What it serves is sound; `hook` is what else it does."""

    def __init__(self, hook):
        super().__init__()
        self.w = tf.Variable(tf.ones([6, 3]), name="w")
        self.hook = hook

    @tf.function(input_signature=[tf.TensorSpec([None, 6])])
    def serve(self, x):
        return self.hook(x @ self.w)


def saved_by_tensorflow_1(folder, hook, main_op=None, **more):
    with tf1.Graph().as_default(), tf1.Session() as session:
        x = tf1.placeholder(tf.float32, [None, 6], name="x")
        w = tf1.get_variable("w", [6, 3])
        logits = tf.identity(hook(tf.matmul(x, w)), name="logits")
        session.run(tf1.global_variables_initializer())
        builder = tf1.saved_model.Builder(str(folder))
        signature = tf1.saved_model.predict_signature_def({"x": x}, {"logits": logits})
        main = main_op() if main_op else None
        builder.add_meta_graph_and_variables(
            session, ["serve"], {"serving_default": signature}, main_op=main, **more
        )
        builder.save()
    return folder


@pytest.fixture
def planted(tmp_path):
    return tmp_path / "planted"


def refused(candidate, planted):
    with pytest.raises(ForeignGraphError, match="WriteFile") as raised:
        parity.compare(candidate, reference=reference, steps=1)
    assert not planted.exists()
    assert str(raised.value).endswith("If you know who made it, give trust.")


def test_a_saved_model_that_writes_where_it_serves(tmp_path, planted):
    module = Module(lambda x: writing(planted, x))
    tf.saved_model.save(module, str(tmp_path / "saved"))
    refused(tmp_path / "saved", planted)
    report = parity.compare(tmp_path / "saved", reference=reference, steps=1, trust=True)
    assert report.rungs and planted.exists()


def test_one_of_tensorflow_1_that_writes_where_it_serves(tmp_path, planted):
    refused(saved_by_tensorflow_1(tmp_path / "saved", lambda x: writing(planted, x)), planted)


def test_its_main_operation_is_not_run(tmp_path, planted):
    saved = saved_by_tensorflow_1(
        tmp_path / "saved", tf.identity, lambda: tf.io.write_file(str(planted), "planted")
    )
    report = parity.compare(saved, reference=reference, steps=1)
    assert report.rungs and not planted.exists()


def reference(hook=tf.identity):
    x = tf1.placeholder(tf.float32, [None, 6], name="x")
    y = tf1.placeholder(tf.float32, [None, 3], name="y")
    logits = hook(tf.matmul(x, tf1.get_variable("w", [6, 3])))
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, logits))
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss)
    return loss


def meta_graph(folder, measured, hook=tf.identity):
    """The reference, and something beside it that is computed from the loss."""
    with tf1.Graph().as_default(), tf1.Session() as session:
        measured(reference(hook))
        session.run(tf1.global_variables_initializer())
        tf1.train.Saver().save(session, str(folder / "model"))
    return str(folder / "model.meta")


def test_what_no_step_needs_is_left_out(tmp_path):
    path = meta_graph(tmp_path, lambda loss: tf1.py_func(np.square, [loss], tf.float32))
    assert porting.inspect(path).layers


def test_a_step_that_writes_is_refused(tmp_path, planted):
    path = meta_graph(tmp_path, tf.identity, lambda x: writing(planted, x))
    with pytest.raises(ForeignGraphError, match="'WriteFile' of type 'WriteFile'"):
        porting.inspect(path)
    assert porting.inspect(path, trust=True).layers


def test_a_step_that_writes_is_refused_beside_a_checkpoint(tmp_path, planted):
    meta_graph(tmp_path, tf.identity, lambda x: writing(planted, x))
    words = tmp_path / "model", tmp_path / "out.keras", one_layer
    with pytest.raises(ForeignGraphError, match="'WriteFile' of type 'WriteFile'"):
        porting.convert(*words)
    assert not planted.exists()
    assert porting.convert(*words, trust=True).exists()


def test_a_branch_with_its_gradient_may_run(tmp_path):
    """In today's branches, values pass to the gradient as optional ones."""
    path = meta_graph(tmp_path, tf.identity, lambda x: branch(x, lambda x: tf.exp(tf.tanh(x))))
    with tf.Graph().as_default() as graph:
        tf1.train.import_meta_graph(path)
        bodies = graph.as_graph_def().library.function
        assert any("Optional" in node.op for body in bodies for node in body.node_def)
    assert porting.inspect(path).parameters


def branch(x, hook):
    return tf.cond(tf.reduce_sum(x) > 0, lambda: hook(x), lambda: x, name="branch")


def test_what_a_branch_may_not_have_is_named(tmp_path, planted):
    path = meta_graph(tmp_path, tf.identity, lambda x: branch(x, lambda x: writing(planted, x)))
    with pytest.raises(ForeignGraphError) as raised:
        porting.inspect(path)
    assert "in a function of the operation 'branch', the operation 'WriteFile'" in str(raised.value)


def one_layer():
    return keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, use_bias=False, name="w")])


def test_names_of_a_step_that_writes_are_suggested_if_it_is_trusted(tmp_path, planted, capsys):
    path = meta_graph(tmp_path, tf.identity, lambda x: writing(planted, x))
    words = ["parity", "keras", "--reference", path, "--suggest-map"]
    assert cli.main(words) == 2
    assert capsys.readouterr().err.endswith("If you know who made it, give --trust.\n")
    assert not planted.exists()
    assert cli.main([*words, "--trust"]) == 0
    assert '"loss"' in capsys.readouterr().out
