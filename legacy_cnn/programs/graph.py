"""The tutorial's graph in a session; nothing is added to its nodes."""

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn import tutorial, vocabulary
from legacy_cnn.programs.program import Inputs, Options, Program, Step, Values
from legacy_cnn.programs.session import GraphSession
from legacy_cnn.programs.view import GraphView


class GraphProgram(Program):
    """The tutorial's graph, or the same with other parts."""

    graph: tf.Graph
    #: Where its operations are, as `tf.device` takes it.
    _device: Callable[[tf.Operation], str] | None = None
    #: Where its variables are, as `tf.container` takes it.
    _container = ""

    def __init__(self, options: Options, **parts: Callable[..., Any]) -> None:
        """Builds the graph and opens a session.

        Args:
          options: what it is built with.
          **parts: of `tutorial.build_graph`, in place of the tutorial's own; the loss of the
            options comes first.
        """
        super().__init__(options)
        self._parts = {**parts, "loss": options.loss} if options.loss else parts
        self.graph, self._ends = self._new_graph()
        noise = self.graph.get_tensor_by_name(f"{vocabulary.DROPOUT_NOISE}:0")
        #: In the order of `Inputs`.
        self._placeholders = (self._ends.x, self._ends.y, self._ends.keep_prob, noise)
        self._session = self._new_session()
        self._variables = variables_of(self._session)

    def close(self) -> None:
        """Closes the session."""
        self._session.close()

    def initialise(self, weights: Values) -> None:
        # What is not given, Adam's slots and powers, takes the initial value it has in the graph.
        self._session.initialise({self._variables[name]: value for name, value in weights.items()})

    def load(self, state: Values) -> None:
        self.initialise(state)

    def state(self) -> dict[str, NDArray[Any]]:
        values = self._session.state()
        return {name: values[variable] for name, variable in self._variables.items()}

    def shapes(self) -> dict[str, list[int]]:
        shapes = self._session.shapes()
        return {name: _sizes(shapes[variable]) for name, variable in self._variables.items()}

    def weights(self) -> dict[str, NDArray[np.float32]]:
        state = self.state()
        return {name: state[name] for name in vocabulary.PARAMETERS}

    def retrace(self, batch_size: int) -> int | None:
        """Counts the operations of a new graph that a step's fetches need."""
        graph, ends = self._new_graph()
        fetched = [ends.optimizer.name, ends.cost.op.name, ends.correct.op.name]
        needed = tf.graph_util.extract_sub_graph(graph.as_graph_def(), fetched)
        return len(needed.node)

    def view(self, batch_size: int) -> GraphView:
        session = self._new_session()
        with session.closed_on_error():
            inputs = dict(zip(Inputs._fields, self._placeholders, strict=True))
            updates = [self._ends.optimizer]
            view = GraphView(session, inputs, self._ends.cost, updates, self._variables)
            view.load(self.state())
        return view

    def as_candidate(self) -> tuple[tf.Graph, dict[str, Any]]:
        return self.graph, {}

    def _new_graph(self) -> tuple[tf.Graph, tutorial.TutorialGraph]:
        with (
            tf.Graph().as_default() as graph,
            tf.device(self._device),
            tf.container(self._container),
        ):
            return graph, tutorial.build_graph(self.options.learning_rate, **self._parts)

    def _new_session(self) -> GraphSession:
        # One operation at a time: each of the large ones keeps all threads busy, and several at
        # once are no faster (docs/performance.md).
        return GraphSession(self.graph, intra_threads=self.options.threads, inter_threads=1)

    def _step(self, inputs: Inputs) -> Step:
        ends = self._ends
        feed = dict(zip(self._placeholders, inputs, strict=True))
        _, loss, correct = self._session.run([ends.optimizer, ends.cost, ends.correct], feed)
        return Step(float(loss), int(np.count_nonzero(correct)))

    def _logits(
        self, images: NDArray[np.float32], keep_prob: float, noise: NDArray[np.float32] | None
    ) -> NDArray[np.float32]:
        x, _, keep_prob_placeholder, noise_tensor = self._placeholders
        feed = {x: images, keep_prob_placeholder: keep_prob}
        if noise is not None:
            feed[noise_tensor] = noise
        return self._session.run(self._ends.prediction, feed)


def _sizes(shape: tuple[int | None, ...] | None) -> list[int]:
    """A shape with known sizes, as all variables of the tutorial have."""
    return [size for size in shape or () if size is not None]


def variables_of(session: GraphSession) -> dict[str, str]:
    """Name in the state -> variable: "W_conv1" -> "Variable", and Adam's slots for it."""
    parameters = {parameter.variable: name for name, parameter in vocabulary.PARAMETERS.items()}
    variables = {}
    for variable in session.variables:
        owner, *slot = variable.split("/")  # Variable_2, or Variable_2/Adam_1
        variables["/".join([parameters.get(owner, owner), *slot])] = variable
    return variables
