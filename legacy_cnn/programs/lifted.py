"""A traced step as a graph in a session: any tensor is fetched, any is fed, in any state.

The step is traced as its user runs it, and its graph gets copies of the variables. So the
user's objects are never changed, and what the step assigns is assigned in the session alone.
"""

from collections.abc import Callable, Mapping
from typing import Any

import tensorflow as tf

from legacy_cnn.programs import nests
from legacy_cnn.programs.graph_step import GraphStep
from legacy_cnn.programs.lifting import keras_steps, tracing
from legacy_cnn.programs.lifting.importing import Imported, import_trace
from legacy_cnn.programs.lifting.snapshot import Snapshot
from legacy_cnn.programs.lifting.tracing import any_batch
from legacy_cnn.programs.permitted import NO_LIMITS, Limits
from legacy_cnn.programs.session import GraphSession

__all__ = ["Lifted", "any_batch", "lift", "lift_keras"]


class Lifted(GraphStep):
    """A traced step as a graph in a session."""

    #: Dict from the name of each variable in the graph to the user's variable, a `keras.Variable`
    #: or a `tf.Variable`, of which it is a copy. What the step makes in its first call, such as the
    #: slots of an optimizer that is not built, is not the user's.
    variables: dict[str, Any]

    def __init__(
        self,
        concrete: tf.types.experimental.ConcreteFunction,
        imported: Imported,
        inputs: tuple[Any, ...],
        options: Mapping[str, Any],
    ) -> None:
        """Opens the session and gives the variables their values; see `lift`."""
        self.traced: Any = concrete.graph  #: with the same names, and lines of code
        operation = imported.graph.get_operation_by_name
        placeholders = _placeholders(imported, inputs)
        outputs = nests.replace_tensors(concrete.structured_outputs, imported.tensor)
        control_outputs = [operation(op.name) for op in concrete.graph.control_outputs]
        session = GraphSession(imported.graph, as_function=True, **options)
        # A function of Python that the graph calls lives as long as its trace.
        super().__init__(session, placeholders, outputs, control_outputs, source=concrete)
        self.variables = imported.variables
        with self.session.closed_on_error():
            self.session.run(imported.initialisers)
            self.session.load(imported.values)


def lift(
    function: Callable[..., Any],
    *inputs: Any,
    intra_threads: int = 0,
    inter_threads: int = 0,
    limits: Limits = NO_LIMITS,
) -> Lifted:
    """Turns a step into a graph in a session.

    The step is a function of tensors, decorated with `tf.function` or not: a program's own
    `step(x, y)`, a bound method, a model. It is traced, and the objects that it reaches are put
    back as they were: attributes, containers, arrays, closures, globals, random generators and
    variables. Python runs once in a trace, so what it computes or draws is a constant of the graph.

    An iterator cannot be put back: what a trace takes from an `itertools.count`, a generator or a
    file is gone, and a trace that is tried again takes more. The same holds for the caches of
    `functools.cache`, and for globals of another module that the step reaches by the name of the
    module (`module.count += 1`, `module.function()`).

    Args:
      function: the step.
      inputs: its arguments: nests of `tf.TensorSpec`, or of arrays or tensors like those that
        will be fed (`any_batch` frees their first size). Numbers, texts and None are constants.
      intra_threads: threads of one operation; 0 leaves it to TensorFlow.
      inter_threads: operations that run at once; 0 leaves it to TensorFlow.
      limits: what the runs of the graph may take.

    Raises:
      LiftError: it cannot be traced, or uses a resource that cannot be copied.
    """
    threads = {"intra_threads": intra_threads, "inter_threads": inter_threads}
    return _lift(function, inputs, inputs, Snapshot(function), threads, limits=limits)


def lift_keras(
    model: Any,
    x: Any,
    y: Any = None,
    sample_weight: Any = None,
    *,
    method: str = "train_step",
    training: bool = False,
    intra_threads: int = 0,
    inter_threads: int = 0,
) -> Lifted:
    """Turns a step of a model of Keras 3 or tf_keras into a graph in a session.

    The step gets what `fit` hands it: `x`, or `(x, y)`, or `(x, y, sample_weight)`. A model
    without weights is built first, as its first call would do; everything else is put back as it
    was, with the limits that `lift` has.

    The session computes in every bit what `fit` does, but for a model that is compiled with
    `jit_compile=True`, whose kernels are others, and for random operations that have a state of
    their own, such as `tf.nn.dropout`, unless they are fed.

    Args:
      model: a model, compiled if the method needs that.
      x: its inputs, a nest as for `lift`.
      y: labels, likewise, or None.
      sample_weight: a weight for each example, likewise, or None.
      method: "train_step", "test_step", "predict_step", or "call" for `model(x)`.
      training: for "call".
      intra_threads: threads of one operation; 0 leaves it to TensorFlow.
      inter_threads: operations that run at once; 0 leaves it to TensorFlow.

    Raises:
      LiftError: as `lift`, or the model is distributed over several replicas.
      UsageError: the method is unknown.
    """
    threads = {"intra_threads": intra_threads, "inter_threads": inter_threads}
    inputs = (x,) if y is None else (x, y) if sample_weight is None else (x, y, sample_weight)
    function, data = keras_steps.step_of(model, method, training, inputs)
    keras_steps.build(model, x)

    def prepare() -> None:
        if method in ("train_step", "test_step"):
            keras_steps.prepare(model, inputs)

    snapshot = Snapshot(model, function)
    autograph = keras_steps.applies_autograph(model)
    return _lift(function, (data,), inputs, snapshot, threads, autograph, prepare)


def _lift(
    function: Callable[..., Any],
    arguments: tuple[Any, ...],
    inputs: tuple[Any, ...],
    snapshot: Snapshot,
    threads: Mapping[str, Any],
    autograph: bool = True,
    prepare: Callable[[], None] = lambda: None,
    limits: Limits = NO_LIMITS,
) -> Lifted:
    """As `lift`.

    Args:
      arguments: what the function takes.
      inputs: what the user gives for them, the same leaves in another nest.
      snapshot: of what the function reaches; restored at the end.
      autograph: as for `tracing.trace`.
      prepare: called before a trace.
      limits: as for `lift`.
    """

    def begin_again() -> None:
        snapshot.restore()
        prepare()

    try:
        prepare()
        concrete = tracing.trace(function, tracing.specs(arguments), autograph, begin_again)
        imported = import_trace(concrete, snapshot)
    finally:
        snapshot.restore()
    options = {**threads, "limits": limits}
    return Lifted(concrete, imported, tracing.specs(inputs), options)


def _placeholders(imported: Imported, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """The nest of inputs with each spec replaced by the placeholder for it."""
    placeholders = iter(imported.placeholders)
    leaves = [
        next(placeholders) if isinstance(leaf, tf.TypeSpec) else leaf
        for leaf in nests.leaves(inputs)
    ]
    return nests.pack(inputs, leaves)
