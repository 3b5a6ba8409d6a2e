"""A small set, a picture and a short training, for experiments that run commands many times."""

from pathlib import Path

from PIL import Image

from experiments.support import commands
from legacy_cnn import mnist
from legacy_cnn.errors import BenchError
from legacy_cnn.mnist import sources

#: A training of some seconds: 60 steps, 20 checkpoints.
TRAIN = ("--epochs", 3, "--batch-size", 50, "--validation-size", 0, "--checkpoint-every", 3)
#: A comparison of some seconds.
COMPARE = ("--rounds", 2, "--steps", 2, "--batch-size", 50, "--validation-size", 0)
_TRAINING, _TEST = 1000, 200


def data(folder: Path, training: int = _TRAINING) -> Path:
    """Writes the first images of MNIST, as the four files of a set, to a new directory."""
    files = mnist.load()
    arrays = (
        files.train_images[:training],
        files.train_labels[:training],
        files.test_images[:_TEST],
        files.test_labels[:_TEST],
    )
    folder.mkdir()
    sources.write(folder, arrays)
    return folder


def picture(path: Path) -> Path:
    """Writes a digit of MNIST, dark on white."""
    digit = Image.fromarray(255 - mnist.load().test_images[0])
    digit.resize((280, 280)).save(path, "PNG")
    return path


def sound(*words: object) -> commands.End:
    """Runs a command that must succeed.

    Raises:
      BenchError: it has failed.
    """
    end = commands.run(*words)
    if end.status:
        raise BenchError(f"legacy-cnn {words[0]} failed: {end.said}")
    return end
