"""What a TensorFlow 1 graph has, and what equals it in Keras."""

import dataclasses

from legacy_cnn.results.record import Record


@dataclasses.dataclass(frozen=True)
class Part:
    """One thing that a graph has: an input, a layer, a loss, a parameter, an update."""

    name: str  #: of its tensor, variable or operation in the graph
    found: str  #: what it is there
    keras: str = ""  #: the line that equals it; "" if there is none
    note: str = ""  #: what the line does not say, or what to write where there is none


@dataclasses.dataclass(frozen=True)
class Inspection(Record):
    """What `legacy_cnn.porting.inspect` returns."""

    kind = "inspection"

    reference: str
    inputs: tuple[Part, ...]  #: all that is fed
    layers: tuple[Part, ...]  #: in the order of computation
    loss: tuple[Part, ...]  #: the loss, then what is added to it
    parameters: tuple[Part, ...]  #: with their initializers
    update: tuple[Part, ...]  #: optimizers, schedule, clipping, averages
    randomness: tuple[Part, ...]
