"""A program's own step of training as a graph in a session."""

import dataclasses
from collections.abc import Iterable, Mapping
from typing import Any, Self

import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn.programs.session import GraphSession


@dataclasses.dataclass(frozen=True)
class GraphView:
    """A step whose every tensor can be fetched and fed; a context manager.

    It has copies of the program's variables, with the values they had when it was made.
    """

    session: GraphSession
    #: Name of an input (see `program.Inputs`) -> tensor to feed; a program may lack some.
    inputs: dict[str, tf.Tensor]
    loss: tf.Tensor  #: float32 (), before the update
    updates: list[tf.Operation]  #: the operations that take the step
    #: Name in the program's state -> variable of the session.
    variables: dict[str, str]
    #: Variable of the session -> value it gets before each step, as the program resets it.
    resets: dict[str, NDArray[Any]] = dataclasses.field(default_factory=dict)
    source: Any = None  #: what must live as long as the graph: the trace it came from

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.session.close()

    def feed(self, inputs: Mapping[str, Any]) -> dict[tf.Tensor, Any]:
        """What to feed for inputs by name; those that the program lacks are left out."""
        return {self.inputs[name]: value for name, value in inputs.items() if name in self.inputs}

    def step(self, inputs: Mapping[str, Any]) -> float:
        """Takes one step of training; returns the loss before the update."""
        return float(self.fetch(inputs, [self.loss])[self.loss.name])

    def fetch(
        self, inputs: Mapping[str, Any], tensors: Iterable[tf.Tensor] | None = None
    ) -> dict[str, NDArray[Any]]:
        """Takes one step, and returns tensors of it by name, all from one run.

        Args:
          inputs: values by name.
          tensors: what to fetch; None is every tensor that can be fetched.
        """
        chosen = self.session.tensors() if tensors is None else tensors
        fetches = {tensor.name: tensor for tensor in chosen}
        self.session.load(self.resets)
        values: dict[str, NDArray[Any]]
        values, _ = self.session.run([fetches, self.updates], self.feed(inputs))
        return values

    def state(self) -> dict[str, NDArray[Any]]:
        """The values of the program's state, by name."""
        values = self.session.state()
        return {name: values[variable] for name, variable in self.variables.items()}

    def load(self, state: Mapping[str, Any]) -> None:
        """Sets some or all of the state."""
        self.session.load({self.variables[name]: value for name, value in state.items()})
