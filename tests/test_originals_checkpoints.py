"""Checkpoints that old releases wrote, in both formats, read by ours."""

from pathlib import Path

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from golden.originals.sections import checkpoints
from legacy_cnn import tutorial, vocabulary, weights
from legacy_cnn.errors import WeightsError
from legacy_cnn.weights.checkpoints import is_checkpoint, read_checkpoint
from support.originals import GOLDENS, case

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("version", ["V1", "V2"])
@pytest.mark.parametrize("release", GOLDENS)
def test_a_checkpoint_of_a_release(release, version):
    prefix = Path(checkpoints.prefix(release, version))
    assert is_checkpoint(prefix)
    arrays = read_checkpoint(prefix)
    step = tf.train.load_variable(str(prefix), "global_step")
    assert step == GOLDENS[release]["checkpoints"][version]["global_step"] == 1
    expected = case(release, "checkpoints", version)
    kept = {name for name in expected if name.endswith(("Adam", "Adam_1", "_power"))}
    assert len(kept) == 6 and arrays.keys() == expected.keys() - kept
    for name, array in arrays.items():
        assert array.dtype == np.float32
        assert np.array_equal(array, expected[name].astype(np.float32))


@pytest.mark.parametrize("size", [8, 100, 700])
def test_a_damaged_checkpoint_of_the_first_format(size, tmp_path):
    whole = Path(checkpoints.prefix("0.12.1", "V1")).read_bytes()
    (tmp_path / "damaged").write_bytes(whole[:size] + whole[-8:])
    with pytest.raises(WeightsError, match=r"^The checkpoint .* is damaged: "):
        weights.read(tmp_path / "damaged")


def test_weights_of_the_listing_in_the_first_format(tmp_path):
    """What a script of 2016 saved: the listing's variables with slots of Adam, in one file."""
    with tf.Graph().as_default(), tf.Session() as session:
        tf.get_variable_scope().set_use_resource(False)
        session.run(tutorial.build_graph().init)
        small = [each for each in tf.global_variables() if each.shape.num_elements() < 100_000]
        kept = {each.op.name: each for each in [*tf.trainable_variables(), *small]}
        assert "Variable/Adam_1" in kept
        saver = tf.train.Saver(kept, write_version=tf.train.SaverDef.V1)
        prefix = saver.save(session, str(tmp_path / "model.ckpt"), global_step=7)
        expected = session.run(tf.trainable_variables())
    read = weights.read(prefix)
    assert list(read) == list(vocabulary.PARAMETERS)
    for name, value in zip(read, expected, strict=True):
        assert np.array_equal(read[name], value)
