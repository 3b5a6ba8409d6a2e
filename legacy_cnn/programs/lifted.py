"""A traced step as a graph in a session: any tensor is fetched, any is fed, in any state.

The step is traced as its user runs it, and its graph gets copies of the variables. So the
user's objects are never changed, and what the step assigns is assigned in the session alone.
"""

from collections.abc import Callable, Mapping
from typing import Any, Self

import numpy as np
import tensorflow as tf

from legacy_cnn.errors import UsageError
from legacy_cnn.programs import keras_steps, tracing
from legacy_cnn.programs.importing import Imported, import_trace
from legacy_cnn.programs.session import GraphSession, State
from legacy_cnn.programs.snapshot import Snapshot
from legacy_cnn.programs.tracing import any_batch

__all__ = ["Lifted", "any_batch", "lift", "lift_keras"]


class Lifted:
    """A step as a graph in a session; a context manager."""

    def __init__(
        self,
        concrete: tf.types.experimental.ConcreteFunction,
        imported: Imported,
        inputs: tuple[Any, ...],
        threads: Mapping[str, int],
    ) -> None:
        """Opens the session and gives the variables their values; see `lift`."""
        #: The placeholders, as the step takes its arguments: a tuple of nests.
        self.inputs = _placeholders(imported, inputs)
        #: The tensors that the step returns, nested as it returns them.
        self.outputs = _map(imported.tensor, concrete.structured_outputs)
        #: The operations that do the rest of the step: its assignments, in their order.
        self.control_outputs = [
            imported.graph.get_operation_by_name(op.name) for op in concrete.graph.control_outputs
        ]
        #: Dict from the name of each variable in the graph to the user's variable, a
        #: `keras.Variable` or a `tf.Variable`, of which it is a copy. What the step makes in its
        #: first call, such as the slots of an optimizer that is not built, is not the user's.
        self.variables = imported.variables
        # A function of Python that the graph calls lives as long as its trace.
        self._concrete = concrete
        #: A `GraphSession`.
        self.session = GraphSession(imported.graph, soft_placement=True, **threads)
        try:
            self.session.run(imported.initialisers)
            self.session.load(imported.values)
        except BaseException:  # an interrupt, too, would leave it open
            self.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Closes the session."""
        self.session.close()

    def feed(self, *values: Any) -> dict[tf.Tensor, Any]:
        """What to feed for arguments of the step.

        Args:
          values: the arguments, nested as the step takes them, in arrays or eager tensors.

        Raises:
          UsageError: they are nested otherwise.
        """
        try:
            tf.nest.assert_same_structure(self.inputs, values, expand_composites=True)
        except (ValueError, TypeError) as error:
            raise UsageError(
                f"The values are nested as {_outline(values)}; the step takes "
                f"{_outline(self.inputs)}."
            ) from error
        fed = {}
        for leaf, value in zip(_flat(self.inputs), _flat(values), strict=True):
            if isinstance(leaf, tf.Tensor):
                fed[leaf] = value.numpy() if tf.is_tensor(value) else value
            elif not np.array_equal(leaf, value):
                raise UsageError(f"{leaf} is a constant of the graph and cannot be {value}.")
        return fed

    def step(self, *values: Any, feed: Mapping[Any, Any] | None = None) -> Any:
        """Takes one step, with all its assignments.

        Args:
          values: the arguments of the step.
          feed: dict from any other tensors, or their names, to values: the step goes on with
            these in the place of what it would compute or draw.

        Returns:
          What the step returns, in arrays.
        """
        outputs = [leaf for leaf in _flat(self.outputs) if isinstance(leaf, tf.Tensor)]
        arrays = iter(self._run(outputs, values, feed))
        return _map(lambda tensor: next(arrays), self.outputs)

    def fetch(
        self, values: tuple[Any, ...], feed: Mapping[Any, Any] | None = None, fetches: Any = None
    ) -> Any:
        """Takes one step, and returns tensors of it, all from one run of one state.

        TensorFlow does not fuse operations whose outputs are fetched, so the last bits may be
        others than those of `step`.

        Args:
          values: the arguments of the step, a tuple.
          feed: as for `step`.
          fetches: a nest of tensors; None is all of `tensors`.

        Returns:
          A nest of arrays; for all tensors a dict by their names.
        """
        if fetches is None:
            fetches = {tensor.name: tensor for tensor in self.tensors()}
        return self._run(fetches, values, feed)

    def tensors(self) -> list[tf.Tensor]:
        """Every tensor that can be fetched."""
        return self.session.tensors()

    def state(self) -> State:
        """The values of the variables in the session, by their names in the graph."""
        return self.session.state()

    def load(self, state: Mapping[str, Any]) -> None:
        """Assigns some or all of the variables in the session."""
        self.session.load(state)

    @property
    def random_tensors(self) -> list[tf.Tensor]:
        """What the random operations draw; fed, it is noise from outside."""
        return self.session.random_tensors()

    def _run(self, fetches: Any, values: tuple[Any, ...], feed: Mapping[Any, Any] | None) -> Any:
        fed = {**self.feed(*values), **(feed or {})}
        return self.session.run((fetches, self.control_outputs), fed)[0]


def lift(
    function: Callable[..., Any], *inputs: Any, intra_threads: int = 0, inter_threads: int = 0
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

    Raises:
      LiftError: it cannot be traced, or uses a resource that cannot be copied.
    """
    threads = {"intra_threads": intra_threads, "inter_threads": inter_threads}
    return _lift(function, inputs, inputs, Snapshot(function), threads)


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
    threads: Mapping[str, int],
    autograph: bool = True,
    prepare: Callable[[], None] = lambda: None,
) -> Lifted:
    """As `lift`.

    Args:
      arguments: what the function takes.
      inputs: what the user gives for them, the same leaves in another nest.
      snapshot: of what the function reaches; restored at the end.
      autograph: as for `tracing.trace`.
      prepare: called before a trace.
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
    return Lifted(concrete, imported, tracing.specs(inputs), threads)


def _placeholders(imported: Imported, inputs: tuple[Any, ...]) -> tuple[Any, ...]:
    """The nest of inputs with each spec replaced by the placeholder for it."""
    placeholders = iter(imported.placeholders)
    leaves = [
        next(placeholders) if isinstance(leaf, tf.TypeSpec) else leaf for leaf in _flat(inputs)
    ]
    return tf.nest.pack_sequence_as(inputs, leaves, expand_composites=True)


def _flat(nest: Any) -> list[Any]:
    return tf.nest.flatten(nest, expand_composites=True)


def _map(function: Callable[[tf.Tensor], Any], nest: Any) -> Any:
    """A nest in which a function has replaced the tensors."""
    leaves = [function(leaf) if tf.is_tensor(leaf) else leaf for leaf in _flat(nest)]
    return tf.nest.pack_sequence_as(nest, leaves, expand_composites=True)


def _outline(nest: Any) -> str:
    return str(tf.nest.map_structure(lambda leaf: "*", nest)).replace("'*'", "*")
