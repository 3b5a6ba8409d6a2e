"""What a contender does, and what all of them are given."""

import abc

from legacy_cnn import mnist
from legacy_cnn.mnist.rows import scaled
from legacy_cnn.settings import Settings
from legacy_cnn.training import randomness

BATCH = 128
VALIDATION = Settings.validation_size

#: Images at a time in an evaluation; not more, for the layers take 200 kB an image.
EVALUATION_BATCH = 500

TEST_IMAGES = 10_000

#: More epochs than any measurement lasts.
FOREVER = 10**6


class Program(abc.ABC):
    """The net in one library, with its training loop and its evaluation."""

    @abc.abstractmethod
    def train(self, after_step):
        """Trains until `after_step` raises, which is called after each step; with its seconds, if
        they are others than have passed."""

    def load(self, weights):
        """Readies the evaluation with these weights: a dict by the vocabulary, float32."""
        raise NotImplementedError

    def warm_up(self, images):
        """Does once what is then timed."""
        self.logits(images)

    def logits(self, images):
        """Logits, float32 `(n, 10)`, with the dropout off, of images `(n, 784)` in 0.0-1.0."""
        raise NotImplementedError

    def details(self):
        """What else there is to say, for JSON."""
        return None


def training_set():
    """Images, float32 `(55000, 784)` in 0.0-1.0, and labels, uint8 `(55000,)`."""
    files = mnist.load()
    return _rows(files.train_images[VALIDATION:]), files.train_labels[VALIDATION:]


def test_set():
    """Images, float32 `(10000, 784)` in 0.0-1.0, and labels, uint8 `(10000,)`."""
    files = mnist.load()
    return _rows(files.test_images), files.test_labels


def weights():
    """Some weights for an evaluation: dict by the vocabulary, float32."""
    return randomness.initial_weights(seed=0)


def _rows(images):
    return scaled(images.reshape(len(images), -1))
