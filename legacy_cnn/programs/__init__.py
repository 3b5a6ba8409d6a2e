"""Programs that can be trained and looked into: the tutorial's graph, and its ports.

A new implementation is one file with a `Program` and one row of `IMPLEMENTATIONS`, where training,
comparison, benchmark and parity find it. The row has what is needed before TensorFlow is imported;
the class declares the rest: what a step is fed and returns, the parameters and the other state, one
step of training and one evaluation (see `program.py`).

A program is looked into as a graph in a session: `session.py` takes any graph, `graph_step.py` a
step in one, and `lifted.py` makes one of any traced step.
"""

import dataclasses
import importlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from legacy_cnn.errors import UsageError, unknown_name

if TYPE_CHECKING:
    from legacy_cnn.programs.program import Options, Program


@dataclasses.dataclass(frozen=True)
class Implementation:
    """How a program is registered."""

    title: str  #: in tables and on pages
    path: str  #: module:class of its `Program`; imported when it is built, as Keras takes a second
    #: Name of each graph that it can be built with -> arguments of its class for that graph, as
    #: module:function.
    graphs: Mapping[str, Mapping[str, str]] = dataclasses.field(
        default_factory=lambda: {"tutorial": {}}
    )


#: Name -> implementation. The first is the reference that all others are compared with.
IMPLEMENTATIONS = {
    "graph": Implementation(
        "graph",
        "legacy_cnn.programs.graph:GraphProgram",
        {
            "tutorial": {},
            "optimised": {"network": "legacy_cnn.optimised:convolutional_neural_network"},
            "swapped-loss": {"loss": "legacy_cnn.mistakes:swapped_loss"},
        },
    ),
    "eager": Implementation("eager", "legacy_cnn.programs.eager:EagerProgram"),
    "function": Implementation("tf.function", "legacy_cnn.programs.eager:FunctionProgram"),
    "keras": Implementation("Keras", "legacy_cnn.programs.keras:KerasProgram"),
}


def check(name: str, graph: str) -> None:
    """Checks that an implementation is registered and has a graph.

    Args:
      name: one of `IMPLEMENTATIONS`.
      graph: one of its graphs.

    Raises:
      UsageError: there is no such implementation, or no such graph of it.
    """
    if name not in IMPLEMENTATIONS:
        raise unknown_name("implementation", name, IMPLEMENTATIONS, "implementation")
    graphs = IMPLEMENTATIONS[name].graphs
    if graph not in graphs:
        raise UsageError(
            f"implementation {name} supports only graph {_one_of(graphs)}, not {graph}.",
            "implementation",
            "graph",
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
    parts = parts_of(name, options.graph)
    program: Program = resolve(IMPLEMENTATIONS[name].path)(options, **parts)
    return program


def parts_of(name: str, graph: str) -> dict[str, Any]:
    """The parts in which a graph of an implementation differs from the tutorial's, by their names.

    Args:
      name: one of `IMPLEMENTATIONS`.
      graph: one of its graphs.
    """
    paths = IMPLEMENTATIONS[name].graphs[graph]
    return {part: resolve(path) for part, path in paths.items()}


def _one_of(names: Mapping[str, Any]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}" if others else last


def resolve(path: str) -> Any:
    """The attribute that a "module:attribute" names."""
    module, _, attribute = path.partition(":")
    return getattr(importlib.import_module(module), attribute)
