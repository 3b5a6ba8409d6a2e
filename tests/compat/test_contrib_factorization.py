"""`tensorflow.contrib.factorization.KMeans`, as 1.15 had it."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


def test_kmeans_finds_two_groups(old):
    factorization = old.contrib.factorization
    points = np.array([[0.0, 0.0], [0.0, 1.0], [9.0, 9.0], [9.0, 8.0]], np.float32)
    model = factorization.KMeans(
        points,
        num_clusters=2,
        initial_clusters=factorization.KMEANS_PLUS_PLUS_INIT,
        distance_metric=factorization.SQUARED_EUCLIDEAN_DISTANCE,
        random_seed=1,
    )
    _, (index,), *_, start, train = model.training_graph()
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        session.run(start)
        session.run([train] * 5)
        found = session.run(index)
    assert found[0] == found[1] != found[2] == found[3]
    assert factorization.COSINE_DISTANCE == "cosine" and factorization.RANDOM_INIT == "random"


def test_the_rest_is_gone(old):
    with pytest.raises(AttributeError) as error:
        old.contrib.factorization.GMM  # noqa: B018
    assert "scikit-learn" in error.value.__notes__[0]
