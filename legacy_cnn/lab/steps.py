"""Training: some steps of the graph, as it is or with a mistake, and the dialects side by side."""

import dataclasses
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf

from legacy_cnn import mistakes, programs, tutorial, vocabulary
from legacy_cnn.errors import UsageError
from legacy_cnn.lab.fetching import sentence_of
from legacy_cnn.lab.learners import Learner, Learners
from legacy_cnn.lab.room import Room
from legacy_cnn.lab.values import shown
from legacy_cnn.programs.graph import variables_of
from legacy_cnn.programs.program import Options
from legacy_cnn.programs.session import GraphSession
from legacy_cnn.randomness import SeededDraws

#: Steps of one request: a second or two, so that others wait no longer.
MOST_STEPS = 20
#: Steps of each dialect side by side.
SIDE_BY_SIDE = 5
#: Test images on which the accuracy is measured.
TESTED = 500
#: How the weights begin.
BEGINNINGS = ("scaled", "published")


@dataclasses.dataclass(frozen=True)
class Variant:
    """The graph with one of the tutorial's mistakes, or without."""

    title: str
    says: str  #: what to look for
    parts: dict[str, Callable[..., Any]] = dataclasses.field(default_factory=dict)
    keep_prob: float = 1.0  #: in evaluation


VARIANTS = {
    "tutorial": Variant("no mistake", "The graph of this package."),
    "always_dropping": Variant(
        "the dropout never goes off",
        "The listing builds its keep rate into the graph: the accuracy is measured with a part of "
        "the units dropped.",
        keep_prob=tutorial.keep_rate,
    ),
    "swapped": Variant(
        "logits and labels swapped",
        "The loss reads labels as logits. It falls, and the net learns little: look at the "
        "accuracy.",
        {"loss": mistakes.swapped_loss},
    ),
    "positional": Variant(
        "the listing's own line",
        "The line of the listing, by position. TensorFlow 1.0 forbade it, and today's takes the "
        "logits for labels, which get no gradient: nothing is left to train.",
        {"loss": mistakes.positional_loss},
    ),
    "upgraded": Variant(
        "as tf_upgrade_v2 rewrites it",
        "The official tool swaps logits and labels, and stops the gradient of the logits: nothing "
        "is left to train.",
        {"loss": mistakes.upgraded_loss},
    ),
    "late_pooling": Variant(
        "both pools after the second convolution",
        "The order of the article's fragments. Four rows come out for each image: the loss "
        "cannot be computed.",
        {"network": mistakes.late_pooling},
    ),
}


class Trainers:
    """The graphs of all variants, each built when it is first trained."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._built: dict[str, Trainer] = {}

    def of(self, variant: str) -> "Trainer":
        """The trainer of a variant.

        Raises:
          UsageError: there is none of that name.
          ValueError: the graph cannot be built, as is the mistake.
        """
        if variant not in VARIANTS:
            raise UsageError("There is no such variant.")
        if variant not in self._built:
            self._built[variant] = Trainer(self._room, VARIANTS[variant])
        return self._built[variant]


class Trainer:
    """The graph of a variant, in a session of its own."""

    def __init__(self, room: Room, variant: Variant) -> None:
        self._room, self._variant = room, variant
        with tf.Graph().as_default() as graph:
            self._ends = tutorial.build_graph(0.001, **variant.parts)
        self._session = GraphSession(graph, intra_threads=room.settings.threads, inter_threads=1)
        self._names = variables_of(self._session)
        self._gradients = {
            name: graph.get_operation_by_name(f"Adam/update_{one.variable}/ResourceApplyAdam")
            .inputs[-1]
            for name, one in vocabulary.PARAMETERS.items()
        }  # fmt: skip
        self._noise = graph.get_tensor_by_name(f"{vocabulary.DROPOUT_NOISE}:0")

    def begin(self, learner: Learner, beginning: str) -> None:
        """Gives a browser first weights."""
        draws = self._room.draws(beginning == "scaled")
        weights = draws.initial_weights()
        self._session.initialise({self._names[name]: value for name, value in weights.items()})
        learner.keep(self._session.state())
        learner.step = 0

    def steps(self, learner: Learner, count: int, beginning: str) -> dict[str, Any]:
        """Takes steps, and measures what they have done.

        Raises:
          tf.errors.OpError: TensorFlow's own, as is the mistake.
        """
        assert learner.state is not None
        self._session.load(learner.state)
        draws = self._room.draws(beginning == "scaled")
        size, started, losses = self._room.settings.batch_size, time.perf_counter(), []
        for _ in range(count):
            feed = self._feed(draws, learner.step, size)
            wanted = [self._ends.optimizer, self._ends.cost]
            _, loss = self._session.run(wanted, feed)
            learner.step += 1
            losses.append(float(loss))
        seconds = time.perf_counter() - started
        gradients = self._session.run(self._gradients, self._feed(draws, learner.step, size))
        learner.keep(self._session.state())
        point = {
            "step": learner.step,
            "losses": [loss if np.isfinite(loss) else None for loss in losses],
            "off": self._accuracy(self._variant.keep_prob),
            "on": self._accuracy(tutorial.keep_rate),
            "norms": {name: float(np.linalg.norm(g)) for name, g in gradients.items()},
            "seconds": seconds / count,
        }
        filters = self._session.run(self._session.tensor("Variable/Read/ReadVariableOp"))
        return {**point, "filters": shown(filters)}

    def _feed(self, draws: SeededDraws, step: int, size: int) -> dict[Any, Any]:
        images, labels = batch(self._room, draws, step, size)
        return {
            self._ends.x: images,
            self._ends.y: labels,
            self._ends.keep_prob: tutorial.keep_rate,
            self._noise: draws.training_noise(step, size),
        }

    def _accuracy(self, keep_prob: float) -> float:
        sets = self._room.sets
        feed = {
            self._ends.x: sets.test_images[:TESTED],
            self._ends.y: np.eye(10)[sets.test_labels[:TESTED]],
            self._ends.keep_prob: keep_prob,
        }
        return float(self._session.run(self._ends.accuracy, feed))


def batch(room: Room, draws: SeededDraws, step: int, size: int) -> tuple[Any, Any]:
    """The images and labels of a step: a function of the seed and the step.

    Returns:
      float32 `(size, 784)` in 0.0-1.0, and one-hot labels `(size, 10)`.
    """
    chosen = np.random.default_rng([draws.seed, 9, step]).integers(len(room.sets.images), size=size)
    images = room.sets.images[chosen].reshape(size, -1).astype(np.float32) / 255
    return images, room.sets.labels[chosen]


def train(
    room: Room, trainers: Trainers, learners: Learners, learner: Learner, body: dict[str, Any]
) -> dict[str, Any]:
    """Takes some steps for a browser.

    Args:
      body: "variant"; "beginning", one of `BEGINNINGS`; "steps"; "anew", whether to begin again.

    Returns:
      See `Trainer.steps`; or dict with "error", TensorFlow's or Python's own sentence, where the
      mistake ends in one.

    Raises:
      UsageError: there is no such variant, or beginning.
      FullError: no more browsers may have weights of their own.
    """
    variant, beginning = body.get("variant", "tutorial"), body.get("beginning", "scaled")
    count = body.get("steps", 1)
    if variant not in list(VARIANTS) or beginning not in BEGINNINGS:
        raise UsageError("There is no such training.")
    if not isinstance(count, int) or not 1 <= count <= MOST_STEPS:
        raise UsageError(f"There are 1 to {MOST_STEPS} steps.")
    learners.make_room(learner)
    try:
        trainer = trainers.of(variant)
        name = f"{variant}/{beginning}"
        if body.get("anew") is True or learner.state is None or learner.graph != name:
            trainer.begin(learner, beginning)
            learner.graph = name
        return trainer.steps(learner, count, beginning)
    except tf.errors.OpError as error:
        return {"error": sentence_of(error), "when": "in the first step"}
    except UsageError:
        raise
    except ValueError as error:
        return {"error": str(error).splitlines()[0], "when": "when the graph is built"}


class SideBySide:
    """The graph and its ports, with the same weights, images and noise."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self._programs: dict[str, programs.program.Program] = {}

    def run(self, beginning: str) -> dict[str, Any]:
        """Takes a few steps with each.

        Returns:
          Dict: of each dialect its "title", "losses" and "seconds" of a step, the first one, in
          which TensorFlow traces and warms up, apart.

        Raises:
          UsageError: there is no such beginning.
        """
        if beginning not in BEGINNINGS:
            raise UsageError("There is no such beginning.")
        weights = self._room.draws(beginning == "scaled").initial_weights()
        return {name: self._of(name, weights, beginning) for name in programs.IMPLEMENTATIONS}

    def _of(self, name: str, weights: Any, beginning: str) -> dict[str, Any]:
        if name not in self._programs:
            options = Options(threads=self._room.settings.threads)
            self._programs[name] = programs.build(name, options)
        program, draws = self._programs[name], self._room.draws(beginning == "scaled")
        program.initialise(weights)
        size, losses, seconds = self._room.settings.batch_size, [], []
        for step in range(SIDE_BY_SIDE):
            images, labels = batch(self._room, draws, step, size)
            started = time.perf_counter()
            noise = draws.training_noise(step, size)
            losses.append(program.step(images, labels, tutorial.keep_rate, noise).loss)
            seconds.append(time.perf_counter() - started)
        return {
            "title": programs.IMPLEMENTATIONS[name].title,
            "losses": losses,
            "first": seconds[0],
            "seconds": float(np.median(seconds[1:])),
        }
