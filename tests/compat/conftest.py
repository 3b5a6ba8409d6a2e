"""What the tests of old names share."""

import pytest


@pytest.fixture
def old():
    """`tensorflow` as an old program knows it, with an empty graph."""
    from legacy_cnn import compat
    from legacy_cnn.compat.hook import faces

    with compat.installed():
        tensorflow = faces("program").imported("tensorflow")
        tensorflow.reset_default_graph()
        yield tensorflow
