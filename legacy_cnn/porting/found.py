"""What a row has recognised in a graph: operations, and the call in Keras that equals them."""

import dataclasses

import tensorflow.compat.v1 as tf

from legacy_cnn.results import Part


@dataclasses.dataclass(frozen=True)
class Found:
    """A layer of a graph.

    `inspect` shows it; `port` calls it where it has an output: what is between its inputs and its
    output is explained.
    """

    name: str  #: of its last operation, or of its variable
    found: str  #: what it is in the graph
    keras: str = ""  #: the layer: 'Dense(10, activation="relu")'; "" if there is none
    note: str = ""  #: what the layer does not say
    inputs: tuple[tf.Tensor, ...] = ()  #: data that the layer is called with, several as a list
    output: tf.Tensor | None = None  #: what the layer returns; None for no layer that a port has
    #: Weight of the layer in Keras, "kernel" -> variable.
    variables: dict[str, str] = dataclasses.field(default_factory=dict)
    shared: str = ""  #: variable whose layer is called again
    call: str = ""  #: the mode that it is always in: 'training=True'

    #: Whether its moving variance follows the variance that divides by n - 1.
    is_fused: bool = False

    @property
    def part(self) -> Part:
        """As `inspect` returns it."""
        return Part(self.name, self.found, self.keras, self.note)
