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
    renamed = delivered.replace(definition, [f"{fetch}:0", f"{fetch}:1"])
    assert renamed == {f"{fetch}:0": f"{fetch}_0:0", f"{fetch}:1": f"{fetch}_1:0"}
    kinds = {node.name: node.op for node in definition.node}
    assert {"sum", "kinds"} <= kinds.keys()
    assert not {kind for kind in kinds.values() if "Dataset" in kind or "Iterator" in kind}
    with tf.Graph().as_default() as again:
        tf.import_graph_def(definition, name="")
    assert again.get_tensor_by_name(f"{fetch}_0:0").shape.as_list() == [None, 4]
    given = delivered.in_new_names({f"{fetch}:1": np.arange(3)}, renamed)
    assert list(given) == [f"{fetch}_1:0"]
