"""What all contenders are given: MNIST, and weights for the evaluation."""

import numpy as np
from numpy.typing import NDArray

from legacy_cnn import mnist, vocabulary
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
    return _rows(files.train_images[VALIDATION:]), files.train_labels[VALIDATION:]


def test_set() -> tuple[NDArray[np.float32], NDArray[np.uint8]]:
    """Images `(10000, 784)` in 0.0-1.0, and labels `(10000,)`."""
    files = mnist.load()
    return _rows(files.test_images), files.test_labels


def weights() -> dict[str, NDArray[np.float32]]:
    """Weights for an evaluation, by the vocabulary."""
    generator = np.random.default_rng(0)
    return {
        name: generator.standard_normal(parameter.shape, np.float32)
        for name, parameter in vocabulary.PARAMETERS.items()
    }


def _rows(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    return scaled(images.reshape(len(images), -1))
