"""How variables begin that name no initializer: the limits of what 0.12 and 1.4 draw."""

import numpy as np
import pytest

from legacy_cnn import compat
from legacy_cnn.compat.hook import faces

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize("release", ["0.12.1", "1.4.0"])
def test_a_variable_without_initializer(release):
    with compat.installed(release=release):
        tf = faces("program").imported("tensorflow")
        with tf.Graph().as_default(), tf.Session() as session:
            tf.set_random_seed(1)
            variable = tf.get_variable("w", [200, 100])
            given = tf.get_variable("b", [2], initializer=tf.ones_initializer())
            session.run(tf.global_variables_initializer())
            values = session.run(variable)
            assert session.run(given).tolist() == [1, 1]
    limit = np.sqrt(3 / 200) if release == "0.12.1" else np.sqrt(6 / 300)
    assert 0.99 * limit < np.abs(values).max() <= limit


def test_functions_are_traced_beside_a_program_of_0_12():
    """As what feeds an Estimator from a data set does."""
    with compat.installed(release="0.12.1"):
        tf = faces("program").imported("tensorflow")
        with tf.Graph().as_default(), tf.Session() as session:
            data = tf.data.Dataset.range(3).map(lambda each: each + 1)
            following = tf.data.make_one_shot_iterator(data).get_next()
            assert session.run(following) == 1
