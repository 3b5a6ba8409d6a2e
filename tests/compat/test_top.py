"""`tensorflow`'s top."""

import pytest

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("axis", [0, 1])
def test_concat_and_split_take_the_axis_first_or_last(old, axis):
    a, b = old.constant([[1.0, 2.0]]), old.constant([[3.0, 4.0]])
    joined = [
        old.concat(axis, [a, b]),
        old.concat([a, b], axis),
        old.concat(concat_dim=axis, values=[a, b]),
    ]
    parts = [old.split(axis, 2, joined[0])[1], old.split(joined[0], 2, axis)[1]]
    parts.append(old.split(split_dim=axis, num_split=2, value=joined[0])[1])
    with old.Session() as session:
        for each in session.run(joined):
            assert each.tolist() == [[[1, 2], [3, 4]], [[1, 2, 3, 4]]][axis]
        for each in session.run(parts):
            assert each.tolist() == [[3, 4]]


def test_nothing_is_left_when_it_is_uninstalled():
    import tensorflow as tf

    from legacy_cnn import compat

    with compat.installed():
        tf.compat.v1.placeholder(tf.float32)
        assert not tf.executing_eagerly()
    assert tf.executing_eagerly() and float(tf.constant(1.0) + 1) == 2
