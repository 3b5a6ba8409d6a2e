"""The sets that a run trains on and is evaluated on."""

import numpy as np
import pytest

from legacy_cnn import feeding
from legacy_cnn.errors import DataError
from legacy_cnn.settings import Settings


def test_training_images_of_another_size(files):
    small = files._replace(train_images=np.zeros((60000, 14, 14), np.uint8))
    message = "The graph takes images of 28 x 28 pixels, not 14 x 14."
    with pytest.raises(DataError) as caught:
        feeding.training_set(small, Settings())
    assert str(caught.value) == message


def test_what_is_evaluated_on(files):
    images, labels = feeding.evaluation_set(files)
    assert images.shape == (10000, 784) and images.dtype == np.float32 and images.max() == 1
    assert labels is files.test_labels
