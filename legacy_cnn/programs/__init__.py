"""Programs that can be trained and looked into: the tutorial's graph, and its ports.

`program.py` has the protocol; `session.py` is a graph in a session, and `lifted.py` makes one of
any traced step. A new implementation is one file with a `Program` and one row of
`IMPLEMENTATIONS`, where training, comparison, benchmark and parity find it.
"""

import dataclasses
import importlib
from typing import TYPE_CHECKING, Any

from legacy_cnn.errors import UsageError

if TYPE_CHECKING:
    from legacy_cnn.programs.program import Options, Program


@dataclasses.dataclass(frozen=True)
class Implementation:
    """How a program is registered: its title, and where the class is that builds it."""

    title: str  #: in tables and on pages
    path: str  #: module:class of its `Program`; imported when it is built, as Keras takes a second


#: Name -> implementation. The first is the reference that all others are compared with.
IMPLEMENTATIONS = {
    "graph": Implementation("graph", "legacy_cnn.programs.graph:GraphProgram"),
    "eager": Implementation("eager", "legacy_cnn.programs.eager:EagerProgram"),
    "function": Implementation("tf.function", "legacy_cnn.programs.eager:FunctionProgram"),
    "keras": Implementation("Keras", "legacy_cnn.programs.keras:KerasProgram"),
}

#: Graph of the implementation "graph" -> what `tutorial.build_graph` is given for it: the listing's
#: own, one that computes the same in less time, and one with a mistake.
GRAPHS: dict[str, dict[str, str]] = {
    "tutorial": {},
    "optimised": {"network": "legacy_cnn.optimised:convolutional_neural_network"},
    "swapped-loss": {"loss": "legacy_cnn.mistakes:swapped_loss"},
}


def check(name: str, graph: str) -> None:
    """Checks that an implementation has a graph.

    Args:
      name: one of `IMPLEMENTATIONS`.
      graph: one of `GRAPHS`; a port has the tutorial's only.

    Raises:
      UsageError: it has not.
    """
    if graph != "tutorial" and name != "graph":
        raise UsageError(
            f"graph must be tutorial with implementation {name}, not {graph}.",
            "graph",
            "implementation",
        )


def build(name: str, options: "Options | None" = None) -> "Program":
    """Builds a program; its variables have no values before `initialise` or `load`.

    Args:
      name: one of `IMPLEMENTATIONS`.
      options: what it is built with; None is the tutorial's.

    Raises:
      UsageError: the implementation cannot run with these options in this process.
    """
    from legacy_cnn.programs.program import Options

    options = options or Options()
    check(name, options.graph)
    program: Program = resolve(IMPLEMENTATIONS[name].path)(options)
    return program


def resolve(path: str) -> Any:
    """The attribute that a "module:attribute" names."""
    module, _, attribute = path.partition(":")
    return getattr(importlib.import_module(module), attribute)
