"""`tensorflow`'s top: names and arguments of 0.x. What 0.12.1 returns and calls its operations."""

import inspect
import re

import numpy as np
import pytest

from legacy_cnn import compat
from legacy_cnn.compat.hook import faces

pytestmark = pytest.mark.tensorflow


def value(tf, tensor):
    with tf.Session() as session:
        return np.asarray(session.run(tensor)).tolist()


@pytest.mark.parametrize("axis", [0, 1])
def test_concat_and_split_take_the_axis_first_or_last(old, axis):
    a, b = old.constant([[1.0, 2.0]]), old.constant([[3.0, 4.0]])
    joined = [
        old.concat(axis, [a, b]),
        old.concat([a, b], axis),
        old.concat(concat_dim=axis, values=[a, b]),
        old.concat(np.int32(axis), [a, b], "named"),
        old.concat(old.constant(axis), [a, b]),
        old.concat(values=[a, b], axis=axis),
        old.concat_v2([a, b], axis),
    ]
    halves = [[1, 1], [2, 2]][axis]
    parts = [old.split(axis, 2, joined[0])[1], old.split(joined[0], 2, axis)[1]]
    parts.append(old.split(split_dim=axis, num_split=2, value=joined[0])[1])
    parts.append(old.split(axis, 2, value=joined[0])[1])
    parts.append(old.split(joined[0], num_or_size_splits=2, axis=axis)[1])
    parts.append(old.split_v(joined[0], halves, axis)[1])
    parts.append(old.split_v(joined[0], size_splits=halves, split_dim=axis)[1])
    assert joined[0].op.name == "concat" and joined[3].op.name == "named"
    assert parts[0].op.name == "split" and parts[-1].op.name == "split_v_1"
    with old.Session() as session:
        for each in session.run(joined):
            assert each.tolist() == [[[1, 2], [3, 4]], [[1, 2, 3, 4]]][axis]
        for each in session.run(parts):
            assert each.tolist() == [[3, 4]]


def test_too_many_or_doubled_arguments_are_refused_as_ever(old):
    with pytest.raises(TypeError, match=r"concat\(\) takes 3 positional arguments but 4"):
        old.concat(0, [[1], [2]], "name", 3)
    with pytest.raises(TypeError, match="multiple values for argument 'axis'"):
        old.concat(0, [[1], [2]], axis=1)


@pytest.mark.parametrize(
    "name, arguments, expected",
    [
        ("mul", ([2.0], [3.0]), [6]),
        ("sub", ([2.0], [3.0]), [-1]),
        ("neg", ([2.0],), [-2]),
        ("inv", ([4.0],), [0.25]),
        ("complex_abs", ([3 + 4j],), [5]),
        ("pack", ([[1, 2], [3, 4]],), [[1, 2], [3, 4]]),
        ("pack", ([[1, 2], [3, 4]], 1), [[1, 3], [2, 4]]),
        ("select", ([True, False], [1, 2], [3, 4]), [1, 4]),
        ("batch_matmul", ([[[1.0, 2.0]]], [[[3.0], [4.0]]]), [[[11]]]),
        ("batch_matmul", ([[[1.0], [2.0]]], [[[3.0], [4.0]]], True), [[[11]]]),
        ("reverse", ([[1, 2], [3, 4]], [True, False]), [[3, 4], [1, 2]]),
        ("reverse", ([[1, 2], [3, 4]], [1]), [[2, 1], [4, 3]]),
    ],
)
def test_renamed_operations(old, name, arguments, expected):
    assert value(old, getattr(old, name)(*arguments)) == expected


def test_operations_keep_the_names_that_they_had(old):
    a = old.constant([[1.0, 2.0]])
    made = [
        (old.mul(a, a), "Mul"),
        (old.sub(a, a), "Sub"),
        (old.neg(a), "Neg"),
        (old.pack([a, a]), "pack"),
        (old.unpack(a)[0], "unpack"),
        (old.select(a > 1, t=a, e=a), "Select"),
        (old.batch_matmul(old.pack([a, a]), old.pack([a, a]), adj_y=True), "BatchMatMul"),
        (old.complex_abs(old.complex(a, a)), "ComplexAbs"),
        (old.reverse(a, dims=[False, True]), "Reverse"),
        (old.initialize_all_variables(), "init"),
        (old.mul(a, a, name="product"), "product"),
        (old.pack([a, a], 0, "packed"), "packed"),
    ]
    for each, name in made:
        assert (each.op if hasattr(each, "op") else each).name == name


@pytest.mark.parametrize("name", ["listdiff", "list_diff"])
def test_listdiff(old, name):
    out, index = getattr(old, name)([1, 2, 3, 4], [2, 4])
    assert value(old, out) == [1, 3] and value(old, index) == [0, 2]


def test_variables(old):
    old.Variable(1.0, name="a")
    old.get_variable("b", [2], collections=[old.GraphKeys.LOCAL_VARIABLES])
    assert [each.name for each in old.all_variables()] == ["a:0"]
    assert old.VARIABLES == "variables"
    with old.Session() as session:
        session.run([old.initialize_all_variables(), old.initialize_local_variables()])
        session.run(old.initialize_variables(old.all_variables()))
        assert session.run(old.report_uninitialized_variables()).tolist() == []


def test_op_scope(old):
    a = old.constant(1.0)
    with old.op_scope([a], None, "outer") as scope:
        assert scope == "outer/"
        with old.op_scope([a], "inner") as scope:
            assert scope == "outer/inner/"


def test_reductions_take_the_keywords_of_0x(old):
    a = old.constant([[1.0, 2.0], [3.0, 4.0]])
    for name in ("sum", "mean", "max", "min", "prod", "logsumexp"):
        reduced = getattr(old, f"reduce_{name}")(a, reduction_indices=[1], keep_dims=True)
        assert reduced.shape.as_list() == [2, 1]
    assert value(old, old.reduce_all(a > 1, reduction_indices=1)) == [False, True]
    assert value(old, old.reduce_any(a > 3, reduction_indices=1)) == [False, True]
    assert value(old, old.count_nonzero(a, reduction_indices=1)) == [2, 2]
    assert value(old, old.argmax(a, dimension=1)) == [1, 1]
    assert value(old, old.argmin(a, dimension=1)) == [0, 0]
    assert old.expand_dims(a, dim=0).shape.as_list() == [1, 2, 2]
    assert old.squeeze(a[None], squeeze_dims=[0]).shape.as_list() == [2, 2]
    assert value(old, old.reduce_join([["a", "b"]], reduction_indices=1)) == [b"ab"]
    turned = old.reverse_sequence(a, [1, 2], seq_dim=1, batch_dim=0)
    assert value(old, turned) == [[1, 2], [4, 3]]


def test_sparse_tensors(old):
    sparse = old.SparseTensor(indices=[[0, 1], [1, 0]], values=[1.0, 2.0], shape=[2, 2])
    assert isinstance(sparse, old.SparseTensor) and issubclass(type(sparse), old.SparseTensor)
    parts = [
        old.sparse_split(1, 2, sparse)[1],
        old.sparse_split(split_dim=1, num_split=2, sp_input=sparse)[1],
        old.sparse_split(sp_input=sparse, num_split=2, axis=1)[1],
    ]
    for each in parts:
        assert isinstance(each, old.SparseTensor)
        assert value(old, old.sparse_tensor_to_dense(each)) == [[1], [0]]
    joined = old.sparse_concat(concat_dim=0, sp_inputs=[sparse, sparse])
    assert value(old, joined.dense_shape) == [4, 2]
    assert value(old, old.sparse_reduce_sum(sparse, reduction_axes=0)) == [2, 1]


@pytest.mark.parametrize("name, filled", [("zeros_initializer", 0), ("ones_initializer", 1)])
def test_initializers_are_functions_of_a_shape_and_classes(old, name, filled):
    initializer = getattr(old, name)
    assert value(old, initializer([2])) == [filled] * 2
    assert initializer([2], old.int32).dtype == old.int32
    assert initializer(shape=[3]).shape.as_list() == [3]
    assert value(old, initializer()([2])) == [filled] * 2
    assert value(old, initializer(old.float64)([2])) == [filled] * 2
    assert initializer(dtype=old.int32)([2]).dtype == old.int32
    for number, each in enumerate((initializer, initializer())):
        variable = old.get_variable(f"v{number}", [2], initializer=each)
        with old.Session() as session:
            session.run(variable.initializer)
            assert session.run(variable).tolist() == [filled] * 2


def test_name_was_the_last_argument(old):
    yes, one = old.constant(True), old.constant(1.0)
    assert old.cond(yes, lambda: one, lambda: one, "chosen").op.name == "chosen/Merge"
    assert value(old, old.cond(yes, lambda: one, lambda: -one)) == 1
    assert value(old, old.case([(yes, lambda: one)], lambda: -one, False, "one")) == 1
    columns = old.decode_csv("1;2", [[0], [0]], ";", "columns")
    assert columns[0].op.name == "columns" and value(old, columns) == [1, 2]


@pytest.mark.parametrize(
    "name, today",
    [
        ("batch_matrix_diag", "matrix_diag"),
        ("batch_matrix_diag_part", "matrix_diag_part"),
        ("batch_matrix_band_part", "matrix_band_part"),
        ("batch_band_part", "matrix_band_part"),
        ("band_part", "matrix_band_part"),
        ("batch_matrix_set_diag", "matrix_set_diag"),
        ("batch_set_diag", "matrix_set_diag"),
        ("set_diag", "matrix_set_diag"),
        ("batch_matrix_transpose", "matrix_transpose"),
        ("batch_matrix_determinant", "matrix_determinant"),
        ("batch_matrix_inverse", "matrix_inverse"),
        ("batch_cholesky", "cholesky"),
        ("batch_cholesky_solve", "cholesky_solve"),
        ("batch_matrix_solve", "matrix_solve"),
        ("batch_matrix_triangular_solve", "matrix_triangular_solve"),
        ("batch_matrix_solve_ls", "matrix_solve_ls"),
        ("batch_self_adjoint_eig", "self_adjoint_eig"),
        ("batch_self_adjoint_eigvals", "self_adjoint_eigvals"),
        ("batch_svd", "svd"),
        ("batch_fft", "fft"),
        ("batch_ifft", "ifft"),
        ("batch_fft2d", "fft2d"),
        ("batch_ifft2d", "ifft2d"),
        ("batch_fft3d", "fft3d"),
        ("batch_ifft3d", "ifft3d"),
    ],
)
def test_batches_of_matrices(old, name, today):
    # Operations are counted by the name that is called.
    assert inspect.unwrap(getattr(old, name)) is inspect.unwrap(getattr(old, today))


def test_svd_has_the_order_of_1x(old):
    singular, left, _ = old.svd(old.constant([[3.0, 0.0], [0.0, 2.0], [0.0, 0.0]]), True)
    assert value(old, singular) == [3, 2] and left.shape.as_list() == [3, 3]


def test_modules_below(old):
    assert old.platform.gfile.Exists("/")
    assert callable(old.pywrap_tensorflow.NewCheckpointReader)
    assert old.python.framework.ops.Graph is old.Graph
    assert old.examples.tutorials.mnist.input_data.read_data_sets


@pytest.mark.parametrize(
    "name, note",
    [
        ("RegisterShape", "C\\+\\+"),
        ("sdca", "GradientDescentOptimizer"),
        ("resources", "report_uninitialized_variables"),
    ],
)
def test_what_is_gone_says_what_to_use(old, name, note):
    with pytest.raises(AttributeError, match=f"module 'tensorflow' has no attribute '{name}'") as e:
        getattr(old, name)
    assert not hasattr(old, name)
    assert re.search(note, e.value.__notes__[0])
    with pytest.raises(AttributeError) as error:
        old.graph_util.set_cpu0("")  # graph_util.set_cpu0
    assert "tf.device" in error.value.__notes__[0]


def test_nothing_is_left_when_it_is_uninstalled():
    import tensorflow as tf

    from legacy_cnn import compat

    with compat.installed():
        tf.compat.v1.placeholder(tf.float32)
        assert not tf.executing_eagerly()
    assert tf.executing_eagerly() and float(tf.constant(1.0) + 1) == 2


@pytest.mark.parametrize(
    ("name", "before"),
    [
        ("fill", ()), ("ones", ()), ("random_normal", ()), ("random_uniform", ()),
        ("reshape", ([0.0] * 20,)), ("truncated_normal", ()), ("zeros", ()),
    ],
)  # fmt: skip
def test_a_shape_may_hold_a_small_integer(old, name, before):
    """In NumPy 1, `max(labels) + 1` was an int64 for labels of any type."""
    after = (1.0,) if name == "fill" else ()
    function, argument = getattr(old, name), "dims" if name == "fill" else "shape"
    shape = [2, np.uint8(9) + np.uint8(1)]
    assert function(*before, shape, *after).shape.as_list() == [2, 10]
    if not after:
        assert function(*before, **{argument: shape}).shape.as_list() == [2, 10]


#: What the releases gave for -7 and 7 by 2 and -2: `div`, `floordiv` and `//`, `mod` and `%`, 9 by
#: them; then of floats `mod` and 9 by them.
DIVIDED = {
    "0.12.1": ([-3, -3], [-1, 1], [4, -4], [-1, 1], [4, -5]),
    "1.0.1": ([-4, -4], [1, -1], [4, -5], [1, -1], [4, -5]),
}


@pytest.mark.parametrize("release, expected", DIVIDED.items())
def test_integers_are_divided_as_in_the_release(release, expected):
    with compat.installed(release=release):
        tf = faces("program").imported("tensorflow")
        with tf.Graph().as_default(), tf.Session() as session:
            x, y = tf.constant([-7, 7]), tf.constant([2, -2])
            variable = tf.Variable([2, -2], trainable=False)
            floats = tf.to_float(x), tf.to_float(y)
            session.run(tf.global_variables_initializer())
            quotients = session.run([tf.div(x, y), tf.floordiv(x, y), x // y, x // variable])
            remainders = session.run([tf.mod(x, y), x % y])
            swapped = session.run(9 // y)
            of_floats = session.run([floats[0] % floats[1], 9 // floats[1], floats[0] // floats[1]])
    assert [each.tolist() for each in quotients] == [expected[0]] * 4
    assert [each.tolist() for each in remainders] == [expected[1]] * 2
    assert swapped.tolist() == expected[2]
    assert [each.tolist() for each in of_floats] == [*expected[3:], [-4, -4]]
