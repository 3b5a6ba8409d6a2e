"""A program's own step of training as a graph in a session."""

from collections.abc import Mapping, Sequence
from typing import Any

import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn.programs.graph_step import GraphStep
from legacy_cnn.programs.session import GraphSession, State


class GraphView(GraphStep):
    """A program's step, which takes a dict from names of `program.Inputs` and returns the loss.

    It has copies of the program's variables, with the values they had when it was made, under the
    names that they have in the program's state.
    """

    def __init__(
        self,
        session: GraphSession,
        inputs: Mapping[str, Any],
        loss: tf.Tensor,
        updates: Sequence[tf.Operation],
        variables: Mapping[str, str],
        resets: Mapping[str, NDArray[Any]] | None = None,
        source: Any = None,
    ) -> None:
        """Names the parts of a step in a graph.

        Args:
          session: the graph's.
          inputs: dict from each name of `program.Inputs` to its placeholder, or to the constant
            that the program was built with.
          loss: float32 (), before the update.
          updates: the operations that take the step.
          variables: dict from each name of the program's state to the variable of the session.
          resets: dict from variables of the session to what the program sets them to before each
            step.
          source: what must live as long as the graph.
        """
        super().__init__(session, (inputs,), loss, updates, source)
        self.variables = variables
        self._resets = resets or {}

    def state(self) -> State:
        """The values of the program's state."""
        values = self.session.state()
        return {name: values[variable] for name, variable in self.variables.items()}

    def load(self, state: Mapping[str, Any]) -> None:
        """Sets some or all of the program's state."""
        self.session.load({self.variables[name]: value for name, value in state.items()})

    def _run(self, fetches: Any, arguments: tuple[Any, ...], feed: Mapping[Any, Any] | None) -> Any:
        self.session.load(self._resets)
        return super()._run(fetches, arguments, feed)
