"""Contenders of a benchmark that cost nothing, and who asks them: for tests of what is around."""

import os
import tempfile
import time
from pathlib import Path

import numpy as np

from legacy_cnn.bench.contenders import Contender
from legacy_cnn.bench.contenders.loop import Loop

#: So that a worker finds this module.
ENVIRONMENT = {
    "PYTHONPATH": os.pathsep.join(
        filter(None, [str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH")])
    )
}


class Trivial(Loop):
    """Does nothing in a step, and computes the same for all images."""

    def __init__(self, **options):
        self.options = options

    def train(self, after_step):
        while True:
            after_step()

    def initialise(self, weights):
        self.weights = weights

    def logits(self, images):
        return np.ones((len(images), 10), np.float32)


class Writing(Trivial):
    """Has a directory while it trains, and takes long to."""

    def train(self, after_step):
        with tempfile.TemporaryDirectory() as directory:
            (Path(directory) / "run").mkdir()
            while True:
                after_step()
                time.sleep(0.05)


TRIVIAL = Contender("Trivial", f"{__name__}:Trivial", environment=ENVIRONMENT)
WRITING = Contender("Writing", f"{__name__}:Writing", environment=ENVIRONMENT)
#: Its module does not exist.
BROKEN = Contender("Broken", "legacy_cnn.nothing:Nothing")


class Asked:
    """A conversation with its requests known."""

    def __init__(self, *requests):
        self.requests, self.replies = list(requests), []

    def next(self, kind):
        return self.requests.pop(0).get(kind) if self.requests else None

    def reply(self, **values):
        self.replies.append(values)


def silent(text):
    """Takes a text about the progress."""
