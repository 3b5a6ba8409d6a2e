"""MNIST, as all contenders are given it."""

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import feeding, mnist
from legacy_cnn.mnist.rows import scaled
from legacy_cnn.settings import Settings

BATCH = Settings().batch_size
VALIDATION = Settings().validation_size

#: Images at a time in an evaluation; not more, for the layers take 200 kB an image.
EVALUATION_BATCH = 500

TEST_IMAGES = 10_000


def training_set() -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Images `(55000, 784)` in 0.0-1.0, and labels `(55000,)`."""
    files = mnist.load()
    images = files.train_images[VALIDATION:]
    return scaled(images.reshape(len(images), -1)), files.train_labels[VALIDATION:]


def evaluation_set() -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Images `(10000, 784)` in 0.0-1.0, and labels `(10000,)`."""
    return feeding.evaluation_set(mnist.load())
