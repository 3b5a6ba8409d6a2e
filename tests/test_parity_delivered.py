"""Traces of scripts that fetch their batches themselves."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow

tf = pytest.importorskip("tensorflow").compat.v1

from legacy_cnn.parity import delivered


def test_placeholders_stand_for_what_a_dataset_delivers() -> None:
    with tf.Graph().as_default() as graph:
        data = tf.data.Dataset.from_tensor_slices((np.zeros((9, 4), np.float32), np.arange(9)))
        x, y = tf.data.make_one_shot_iterator(data.batch(3)).get_next()
        tf.data.make_initializable_iterator(data)
        tf.reduce_sum(x, name="sum")
        tf.identity(y, name="kinds")
    definition = graph.as_graph_def()
    fetch = x.op.name
    renamed = delivered.replace(definition, [f"{fetch}:0", f"{fetch}:1"], ["sum"])
    assert renamed == {f"{fetch}:0": f"{fetch}_0:0", f"{fetch}:1": f"{fetch}_1:0"}
    kinds = {node.name: node.op for node in definition.node}
    assert {"sum", "kinds"} <= kinds.keys()
    assert not {kind for kind in kinds.values() if "Dataset" in kind or "Iterator" in kind}
    with tf.Graph().as_default() as again:
        tf.import_graph_def(definition, name="")
    assert again.get_tensor_by_name(f"{fetch}_0:0").shape.as_list() == [None, 4]
    given = delivered.in_new_names({f"{fetch}:1": np.arange(3)}, renamed)
    assert list(given) == [f"{fetch}_1:0"]


def test_a_placeholder_hands_on_what_is_delivered_by_default() -> None:
    with tf.Graph().as_default() as graph:
        data = tf.data.Dataset.from_tensor_slices(np.zeros((9, 4), np.float32))
        batch = tf.data.make_one_shot_iterator(data.batch(3)).get_next()
        tf.reduce_sum(tf.placeholder_with_default(batch, [None, 4], name="x"), name="sum")
        tf.placeholder_with_default(1.0, [], name="keep")
    definition = graph.as_graph_def()
    delivered.replace(definition, [batch.name], ["sum"])
    kinds = {node.name: node.op for node in definition.node}
    assert (kinds["x"], kinds["keep"]) == ("Identity", "PlaceholderWithDefault")
    with tf.Graph().as_default():
        tf.import_graph_def(definition, name="")


def test_what_no_step_needs_is_left_out() -> None:
    with tf.Graph().as_default() as graph:
        tf.data.make_one_shot_iterator(tf.data.Dataset.range(3)).get_next(name="next")
        tf.square(tf.placeholder(tf.float32, [], name="x"), name="square")
        tf.identity(tf.py_func(np.square, [2.0], tf.float64), name="from_python")
    for targets, is_left_out in ((["square"], True), (["from_python"], False)):
        definition = graph.as_graph_def()
        assert delivered.replace(definition, [], targets) == {}
        assert ("next" not in {node.name for node in definition.node}) == is_left_out


def test_placeholders_stand_for_what_a_script_feeds_inside_of_its_graph() -> None:
    with tf.Graph().as_default() as graph:
        x = tf.divide(tf.placeholder(tf.float32, [None, 4], name="images"), 255.0, name="x")
        tf.reduce_sum(x, name="sum")
    definition = graph.as_graph_def()
    delivered.replace_fed(definition, {"x:0": np.zeros((2, 4), np.float32)})
    node = next(one for one in definition.node if one.name == "x")
    assert (node.op, list(node.input), node.attr["dtype"].type) == ("Placeholder", [], 1)
