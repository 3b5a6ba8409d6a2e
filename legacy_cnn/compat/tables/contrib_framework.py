"""`tensorflow.contrib.framework`: argument scopes, variables, checkpoints, checks of tensors."""

from collections.abc import Callable, Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.framework", real="tf_slim.ops.variables")

TABLE.names(
    {
        each: f"tf_slim.ops.arg_scope.{each}"
        for each in (
            "add_arg_scope",
            "arg_scope",
            "arg_scope_func_key",
            "arg_scoped_arguments",
            "current_arg_scope",
            "has_arg_scope",
        )
    }
)
TABLE.names(
    {
        "argsort": "tf.argsort",
        "assert_same_float_dtype": "tf.debugging.assert_same_float_dtype",
        "assert_scalar": "tf.debugging.assert_scalar",
        "convert_to_tensor_or_sparse_tensor": "tf.convert_to_tensor_or_sparse_tensor",
        "get_graph_from_inputs": "tf_slim.ops.framework_ops.get_graph_from_inputs",
        "get_name_scope": "tf_slim.ops.framework_ops.get_name_scope",
        "is_non_decreasing": "tf.debugging.is_non_decreasing",
        "is_numeric_tensor": "tf.debugging.is_numeric_tensor",
        "is_strictly_increasing": "tf.debugging.is_strictly_increasing",
        "is_tensor": "tf.is_tensor",
        "print_op": "tf.Print",
        "sort": "tf.sort",
        "TensorSpec": "tf.TensorSpec",
    }
)
TABLE.gone(
    "fuse_op",
    "load_and_remap_matrix_initializer",
    "load_embedding_initializer",
    "load_linear_multiclass_bias_initializer",
    "load_variable_slot_initializer",
    "BoundedTensorSpec",
    "convolutional_delta_orthogonal",
    "convolutional_orthogonal_1d",
    "convolutional_orthogonal_2d",
    "convolutional_orthogonal_3d",
    "RecordInput",
    note="it has no public counterpart in TensorFlow 2; tf.train.load_variable reads a checkpoint",
)


def _decorator(*_arguments: Any, **_keywords: Any) -> Callable[[Any], Any]:
    """Marks nothing: the marked function warned that it will go."""
    return lambda function: function


TABLE.value("deprecated", _decorator)
TABLE.value("deprecated_args", _decorator)
TABLE.value("deprecated_arg_values", _decorator)


@TABLE.serves()
def experimental(function: Any) -> Any:
    """Marks nothing: the marked function warned that it may change."""
    return function


@TABLE.serves()
def load_checkpoint(filepattern: str) -> Any:
    """What reads a checkpoint, or the latest in a directory."""
    return tf.train.load_checkpoint(filepattern)


@TABLE.serves()
def load_variable(checkpoint_dir: str, name: str) -> Any:
    """The value of a variable in a checkpoint."""
    return tf.train.load_variable(checkpoint_dir, name)


@TABLE.serves()
def list_variables(checkpoint_dir: str) -> list[tuple[str, list[int]]]:
    """The names and shapes of all variables in a checkpoint."""
    variables: list[tuple[str, list[int]]] = tf.train.list_variables(checkpoint_dir)
    return variables


@TABLE.serves()
def init_from_checkpoint(checkpoint_dir: str, assignment_map: Any) -> None:
    """Variables begin with the values that a checkpoint has."""
    tf.train.init_from_checkpoint(checkpoint_dir, assignment_map)


@TABLE.serves()
def zero_initializer(ref: Any, use_locking: bool = True, name: str = "zero_initializer") -> Any:
    """Makes a variable zero."""
    return tf.assign(ref, tf.zeros(ref.shape, ref.dtype.base_dtype), name=name)


@TABLE.serves()
def assert_scalar_int(tensor: Any, name: str | None = None) -> tf.Tensor:
    """The tensor, which must be a scalar of type int32 or int64."""
    with tf.name_scope(name, "assert_scalar_int", [tensor]) as scope:
        tensor = tf.convert_to_tensor(tensor)
        if not tensor.dtype.base_dtype.is_integer:
            raise ValueError(
                f"Expected integer type for {tensor.name}, received type: {tensor.dtype}."
            )
        return tf.debugging.assert_scalar(tensor, name=scope)


@TABLE.serves()
def get_placeholders(graph: tf.Graph) -> list[tf.Tensor]:
    """The placeholders of a graph."""
    if not isinstance(graph, tf.Graph):
        raise TypeError(f"Input graph needs to be a Graph: {graph}")
    return [each.outputs[0] for each in graph.get_operations() if each.type == "Placeholder"]


@TABLE.serves()
def prepend_name_scope(name: str, import_scope: str | None) -> str:
    """A name within a scope, as `import_meta_graph` gives it."""
    if not import_scope:
        return name
    scope = import_scope.rstrip("/")
    mark = next((each for each in ("loc:@", "^") if name.startswith(each)), "")
    return f"{mark}{scope}/{name[len(mark) :]}"


@TABLE.serves()
def strip_name_scope(name: str, export_scope: str | None) -> str:
    """A name without a scope that it begins with."""
    if not export_scope:
        return name
    scope = export_scope.rstrip("/") + "/"
    mark = next((each for each in ("loc:@", "^") if name.startswith(each)), "")
    return mark + name[len(mark) :].removeprefix(scope)


@TABLE.serves()
def py_func(
    func: Callable[..., Any],
    args: Sequence[Any] = (),
    kwargs: dict[str, Any] | None = None,
    output_types: Any = None,
    output_shapes: Any = None,
    stateful: bool = True,
    name: str | None = None,
) -> Any:
    """A Python function as an operation, with keywords and nested results."""
    kwargs = kwargs or {}
    names, count = list(kwargs), len(args)

    def call(*values: Any) -> list[Any]:
        keywords = dict(zip(names, values[count:], strict=True))
        return tf.nest.flatten(func(*values[:count], **keywords))

    types = tf.nest.flatten(output_types)
    inputs = [*args, *(kwargs[each] for each in names)]
    results = tf.py_func(call, inputs, types, stateful=stateful, name=name)
    if output_shapes is not None:
        for result, shape in zip(results, _flat_shapes(output_shapes), strict=True):
            result.set_shape(shape)
    return tf.nest.pack_sequence_as(output_types, results)


def _flat_shapes(shapes: Any) -> list[Any]:
    """Shapes in the order of the results; a list of sizes is one shape."""
    is_one = isinstance(shapes, tf.TensorShape) or all(
        each is None or isinstance(each, int) for each in shapes
    )
    if is_one:
        return [shapes]
    values = shapes.values() if isinstance(shapes, dict) else shapes
    return [shape for each in values for shape in _flat_shapes(each)]


@TABLE.serves()
def reduce_sum_n(tensors: Sequence[tf.Tensor], name: str | None = None) -> tf.Tensor:
    """The sum of all elements of all tensors."""
    if not tensors:
        raise ValueError("No tensors provided.")
    with tf.name_scope(name, "reduce_sum_n", tensors) as scope:
        sums = [tf.reduce_sum(each, name=f"{each.op.name}/sum") for each in tensors]
        return sums[0] if len(sums) == 1 else tf.add_n(sums, name=scope)


@TABLE.serves()
def remove_squeezable_dimensions(
    predictions: Any, labels: Any, name: str | None = None
) -> tuple[tf.Tensor, tf.Tensor]:
    """Both, without the last dimension of the one that has one more than the other."""
    with tf.name_scope(name, "remove_squeezable_dimensions", [predictions, labels]):
        predictions, labels = tf.convert_to_tensor(predictions), tf.convert_to_tensor(labels)
        more = predictions.shape.rank - labels.shape.rank
        if more == 1:
            predictions = tf.squeeze(predictions, [-1])
        elif more == -1:
            labels = tf.squeeze(labels, [-1])
        return predictions, labels


@TABLE.serves()
def with_shape(expected_shape: Any, tensor: Any) -> tf.Tensor:
    """The tensor, which must have the shape: known now, or checked when it is run."""
    if tf.is_tensor(expected_shape) or not tensor.shape.is_fully_defined():
        with tf.name_scope(f"{tensor.op.name}/", values=[tensor]):
            check = tf.assert_equal(tf.shape(tensor), expected_shape)
            with tf.control_dependencies([check]):
                result = tf.identity(tensor)
        if not tf.is_tensor(expected_shape):
            result.set_shape(expected_shape)
        return result
    if not tensor.shape.is_compatible_with(expected_shape):
        raise ValueError(
            f"Invalid shape for tensor {tensor.name}, expected {expected_shape}, "
            f"got {tensor.shape}."
        )
    return tensor


@TABLE.serves()
def with_same_shape(expected_tensor: tf.Tensor, tensor: tf.Tensor) -> tf.Tensor:
    """The tensor, which must have the other one's shape."""
    shape = expected_tensor.shape
    return with_shape(
        shape.as_list() if shape.is_fully_defined() else tf.shape(expected_tensor), tensor
    )


@TABLE.serves()
def smart_constant_value(pred: Any) -> bool | None:
    """Whether a predicate is true, if that is known without running it."""
    if isinstance(pred, tf.Tensor):
        value: bool | None = tf.get_static_value(pred)
        return value
    if isinstance(pred, bool) or pred in (0, 1):
        return bool(pred)
    raise TypeError(
        f"`pred` must be a Tensor, or a Python bool, or 1 or 0. Found instead: {type(pred)}"
    )


@TABLE.serves()
def smart_cond(
    pred: Any,
    true_fn: Callable[[], Any] | None = None,
    false_fn: Callable[[], Any] | None = None,
    name: str | None = None,
) -> Any:
    """The branch of a predicate that is known, or `tf.cond`."""
    for each, function in (("true_fn", true_fn), ("false_fn", false_fn)):
        if not callable(function):
            raise TypeError(f"`{each}` must be callable.")
    value = smart_constant_value(pred)
    if value is None:
        return tf.cond(pred, true_fn=true_fn, false_fn=false_fn, name=name)
    branch: Any = true_fn if value else false_fn
    return branch()


@TABLE.serves()
def smart_case(
    pred_fn_pairs: Any,
    default: Callable[[], Any] | None = None,
    exclusive: bool = False,
    name: str = "smart_case",
) -> Any:
    """`tf.case`, without the branches whose predicates are known to be false."""
    pairs = list(pred_fn_pairs.items()) if isinstance(pred_fn_pairs, dict) else pred_fn_pairs
    unknown: list[tuple[Any, Any]] = []
    for pred, function in pairs:
        value = smart_constant_value(pred)
        if value and not unknown:
            return function()
        if value is None or value:
            unknown.append((tf.convert_to_tensor(pred), function))
    if unknown:
        return tf.case(unknown, default=default, exclusive=exclusive, name=name)
    if default is None:
        raise TypeError("default must be given where no predicate is true.")
    return default()
