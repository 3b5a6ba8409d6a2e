"""The tutorial's graph in a session; nothing is added to its nodes."""

from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn import tutorial, vocabulary
from legacy_cnn.programs import GRAPHS, resolve
from legacy_cnn.programs.program import Inputs, Options, Program, Step, Values
from legacy_cnn.programs.session import GraphSession
from legacy_cnn.programs.view import GraphView

NOISE = f"{vocabulary.DROPOUT_NOISE}:0"


class GraphProgram(Program):
    """The tutorial's graph, or one of the others of `GRAPHS`."""

    graph: tf.Graph

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        self.graph, self._ends = _built(options)
        self._session = self._new_session()
        self._names = _names(self._session)

    def close(self) -> None:
        """Closes the session."""
        self._session.close()

    def initialise(self, weights: Values) -> None:
        # What is not given, Adam's slots and powers, takes the initial value it has in the graph.
        self._session.initialise({self._names[name]: value for name, value in weights.items()})

    def load(self, state: Values) -> None:
        self.initialise(state)

    def state(self) -> dict[str, NDArray[Any]]:
        values = self._session.state()
        return {name: values[variable] for name, variable in self._names.items()}

    def shapes(self) -> dict[str, list[int]]:
        shapes = self._session.shapes()
        return {name: _known(shapes[variable]) for name, variable in self._names.items()}

    def weights(self) -> dict[str, NDArray[np.float32]]:
        state = self.state()
        return {name: state[name] for name in vocabulary.PARAMETERS}

    def retrace(self, batch_size: int) -> int | None:
        """Counts the operations of a new graph that a step's fetches need."""
        graph, ends = _built(self.options)
        fetched = [ends.optimizer.name, ends.cost.op.name, ends.correct.op.name]
        needed = tf.graph_util.extract_sub_graph(graph.as_graph_def(), fetched)
        return len(needed.node)

    def view(self, batch_size: int) -> GraphView:
        session = self._new_session()
        try:
            view = self._view_in(session)
            view.load(self.state())
        except BaseException:  # an interrupt, too, would leave it open
            session.close()
            raise
        return view

    def _view_in(self, session: GraphSession) -> GraphView:
        ends = self._ends
        inputs = {"images": ends.x, "labels": ends.y, "keep_prob": ends.keep_prob}
        inputs["noise"] = session.tensor(NOISE)
        return GraphView(session, inputs, ends.cost, [ends.optimizer], self._names)

    def _new_session(self) -> GraphSession:
        # One operation at a time: each of the large ones keeps all threads busy, and several at
        # once are no faster (docs/performance.md).
        return GraphSession(self.graph, intra_threads=self.options.threads, inter_threads=1)

    def _step(self, inputs: Inputs) -> Step:
        ends = self._ends
        tensors = (ends.x, ends.y, ends.keep_prob, NOISE)
        feed = dict(zip(tensors, inputs, strict=True))
        _, loss, correct = self._session.run([ends.optimizer, ends.cost, ends.correct], feed)
        return Step(float(loss), int(np.count_nonzero(correct)))

    def _logits(
        self, images: NDArray[np.float32], keep_prob: float, noise: NDArray[np.float32] | None
    ) -> NDArray[np.float32]:
        feed = {self._ends.x: images, self._ends.keep_prob: keep_prob}
        if noise is not None:
            feed[NOISE] = noise
        return self._session.run(self._ends.prediction, feed)


def _known(shape: tuple[int | None, ...] | None) -> list[int]:
    """A shape of which every size is known, as all of the tutorial's are."""
    return [size for size in shape or () if size is not None]


def _built(options: Options) -> tuple[tf.Graph, tutorial.TutorialGraph]:
    """A new graph and its ends."""
    parts = {part: resolve(path) for part, path in GRAPHS[options.graph].items()}
    if options.loss:
        parts["loss"] = options.loss
    with tf.Graph().as_default() as graph:
        return graph, tutorial.build_graph(options.learning_rate, **parts)


def _names(session: GraphSession) -> dict[str, str]:
    """Name in the vocabulary -> variable: "W_conv1" -> "Variable", and Adam's slots for it."""
    vocabulary_names = {each.variable: name for name, each in vocabulary.PARAMETERS.items()}
    names = {}
    for variable in session.variables:
        owner, *slot = variable.split("/")  # Variable_2, or Variable_2/Adam_1
        names["/".join([vocabulary_names.get(owner, owner), *slot])] = variable
    return names
