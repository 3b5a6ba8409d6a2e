"""Reads the variables, lookup tables and tensors that a trace has captured, to copy them."""

import dataclasses
from collections.abc import Iterable, Iterator
from typing import Any

import keras
import tensorflow as tf
from numpy.typing import NDArray

from legacy_cnn.errors import LiftError
from legacy_cnn.programs.lifting.snapshot import Snapshot

#: Operations that change a lookup table.
CHANGES = {"LookupTableInsertV2", "LookupTableRemoveV2", "LookupTableImportV2"}


@dataclasses.dataclass(frozen=True)
class Variable:
    """A variable, and its value now."""

    #: The user's: a `keras.Variable`, or a `tf.Variable`.
    original: Any
    value: NDArray[Any]

    @property
    def name(self) -> str:
        """What the user calls it; several may have one name."""
        if isinstance(self.original, keras.Variable):
            return self.original.path
        return self.original.name.removesuffix(":0")

    def copy(self, name: str) -> tf.Tensor:
        """Adds a variable of that name to the current graph and returns its handle."""
        dtype, shape = tf.as_dtype(self.original.dtype), tf.TensorShape(self.original.shape)
        return tf.raw_ops.VarHandleOp(dtype=dtype, shape=shape, shared_name=name, name=name)


@dataclasses.dataclass(frozen=True)
class Table:
    """A lookup table, and its content now."""

    keys: NDArray[Any]
    values: NDArray[Any]
    key_dtype: tf.DType
    value_dtype: tf.DType
    is_changed: bool  # in the step

    def copy(self, name: str) -> tuple[tf.Tensor, tf.Operation]:
        """Adds a table of that name to the current graph: its handle, and what fills it."""
        table = self._empty({"shared_name": name, "name": name})
        fill = tf.raw_ops.LookupTableImportV2 if self._is_mutable else tf.raw_ops.InitializeTableV2
        keys = tf.constant(self.keys, self.key_dtype)
        return table, fill(
            table_handle=table, keys=keys, values=tf.constant(self.values, self.value_dtype)
        )

    @property
    def _is_mutable(self) -> bool:
        return self.is_changed or self.values.ndim > 1

    def _empty(self, options: dict[str, Any]) -> tf.Tensor:
        options = {"key_dtype": self.key_dtype, "value_dtype": self.value_dtype, **options}
        if self.values.ndim > 1:
            shape = self.values.shape[1:]
            return tf.raw_ops.MutableHashTableOfTensorsV2(value_shape=shape, **options)
        if self.is_changed:
            return tf.raw_ops.MutableHashTableV2(**options)
        return tf.raw_ops.HashTableV2(**options)


@dataclasses.dataclass(frozen=True)
class Constant:
    """A tensor."""

    value: NDArray[Any]
    dtype: tf.DType

    def copy(self) -> tf.Tensor:
        """Adds it to the current graph."""
        # TensorFlow folds constants of a graph into others, but not what a function has captured.
        constant = tf.constant(self.value, self.dtype)
        return tf.compat.v1.placeholder_with_default(constant, constant.shape)


Captured = Variable | Table | Constant


def read(
    concrete: tf.types.experimental.ConcreteFunction, snapshot: Snapshot
) -> dict[str, Captured]:
    """Dict from the name of each captured tensor in the trace to what it stands for.

    Args:
      concrete: the trace.
      snapshot: of what the traced function reaches: its variables.

    Raises:
      LiftError: it is neither a variable nor a lookup table nor a plain tensor.
    """
    originals = _originals(concrete, snapshot)
    captured: dict[str, Captured] = {}
    for outer, inner in concrete.graph.captures:
        if id(outer) in originals:
            captured[inner.name] = _read_variable(outer, originals[id(outer)])
        elif outer.dtype == tf.resource:
            captured[inner.name] = _read_table(outer, inner, concrete.graph)
        elif outer.dtype == tf.variant:
            raise _no_copy(inner)
        else:
            captured[inner.name] = Constant(outer.numpy(), outer.dtype)
    return captured


def _originals(
    concrete: tf.types.experimental.ConcreteFunction, snapshot: Snapshot
) -> dict[int, Any]:
    """The user's variables by the id of their handles."""
    originals = _by_handle(snapshot)
    handles = [outer for outer, _ in concrete.graph.captures if outer.dtype == tf.resource]
    if any(id(handle) not in originals for handle in handles):
        traced = {id(variable.handle): variable for variable in concrete.graph.variables}
        created = _by_handle(snapshot.again())  # in the trace: slots, metrics
        originals = {**traced, **created, **originals}
    return originals


def _by_handle(snapshot: Snapshot) -> dict[int, Any]:
    variables = [(variable, variable) for variable in snapshot.variables()]
    # Those of Keras hold one of TensorFlow.
    variables += [(variable, variable.value) for variable in snapshot.keras_variables()]
    return {
        id(handle): original for original, variable in variables for handle in _handles(variable)
    }


def _handles(variable: tf.Variable) -> Iterator[tf.Tensor]:
    # A variable of a distribution strategy has one component for each replica.
    for component in getattr(variable, "values", None) or [variable]:
        if hasattr(component, "handle"):
            yield component.handle


def _read_variable(handle: tf.Tensor, original: Any) -> Variable:
    dtype = tf.as_dtype(original.dtype)
    return Variable(original, tf.raw_ops.ReadVariableOp(resource=handle, dtype=dtype).numpy())


def _read_table(outer: tf.Tensor, inner: tf.Tensor, graph: tf.Graph) -> Table:
    nodes = list(_nodes(graph))
    for key_dtype, value_dtype in _table_dtypes(inner, nodes):
        try:
            content = tf.raw_ops.LookupTableExportV2(
                table_handle=outer, Tkeys=key_dtype, Tvalues=value_dtype
            )
        except tf.errors.OpError:  # a table of other dtypes, or no table
            continue
        keys, values = content.keys.numpy(), content.values.numpy()
        if keys.ndim > 1:  # with its free places, which look like any others
            raise LiftError(
                "The step uses a DenseHashTable, whose content cannot be copied into a session; "
                "use a MutableHashTable."
            )
        is_changed = any(node.op in CHANGES for node in nodes)
        return Table(keys, values, key_dtype, value_dtype, is_changed)
    raise _no_copy(inner)


def _table_dtypes(
    inner: tf.Tensor, nodes: Iterable[tf.compat.v1.NodeDef]
) -> Iterable[tuple[tf.DType, tf.DType]]:
    """The dtypes of keys and values that a table may have: first those that its consumers name."""
    consumers = [op.node_def for op in inner.consumers()]
    return {
        (tf.as_dtype(node.attr["Tin"].type), tf.as_dtype(node.attr["Tout"].type)): None
        for node in (*consumers, *nodes)
        if node.op.startswith("LookupTable") and {"Tin", "Tout"} <= set(node.attr)
    }


def _nodes(graph: tf.Graph) -> Iterator[tf.compat.v1.NodeDef]:
    """The graph's nodes, and those of the functions in its library."""
    definition = graph.as_graph_def()
    yield from definition.node
    for function in definition.library.function:
        yield from function.node_def


def _no_copy(inner: tf.Tensor) -> LiftError:
    consumers = sorted({op.type for op in inner.consumers()})
    used_by = f"(it goes into {', '.join(consumers) or 'nothing'})"
    if any(consumer.endswith(("Dataset", "DatasetV2")) for consumer in consumers):
        return LiftError(
            f"The step uses a dataset that was made outside of it {used_by}, which cannot be "
            f"copied into a session; make it inside the step, or give the step a batch."
        )
    return LiftError(
        f"The step uses a {inner.dtype.name} that is neither a variable nor a lookup table "
        f"{used_by} and cannot be copied into a session; give the step what it gets from there, "
        f"a batch for instance, as an argument."
    )
