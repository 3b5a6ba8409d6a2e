"""`tensorflow.contrib.framework`."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def framework(old):
    return old.contrib.framework


def _run(old, fetches, feed=None):
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        return session.run(fetches, feed)


def test_argument_scopes_nest_and_give_way(framework):
    @framework.add_arg_scope
    def layer(x, width=1, rate=0.5):
        return x, width, rate

    with framework.arg_scope([layer], width=2) as outer:
        with framework.arg_scope([layer], rate=0.1):
            assert layer(0) == (0, 2, 0.1)
            assert layer(0, rate=0.9) == (0, 2, 0.9)
        assert layer(0) == (0, 2, 0.5)
        assert framework.current_arg_scope() is outer
    assert layer(0) == (0, 1, 0.5)
    with framework.arg_scope(outer):
        assert layer(0) == (0, 2, 0.5)
    assert framework.has_arg_scope(layer)
    assert set(framework.arg_scoped_arguments(layer)) == {"width", "rate"}
    assert framework.arg_scope_func_key(layer) == layer._key_op
    assert framework.python.ops.arg_scope is framework.arg_scope


def test_variables_are_collected(old, framework):
    framework.model_variable("w", [2, 3])
    framework.variable("v", [1], trainable=False)
    framework.local_variable(0, name="count")
    step = framework.get_or_create_global_step()
    assert [each.op.name for each in framework.get_model_variables()] == ["w"]
    assert [each.op.name for each in framework.get_variables()] == ["w", "v", "global_step"]
    assert [each.op.name for each in framework.get_trainable_variables()] == ["w"]
    assert [each.op.name for each in framework.get_local_variables()] == ["count"]
    assert framework.get_global_step() is step and step.dtype.base_dtype == old.int64
    assert [each.op.name for each in framework.get_variables_to_restore(exclude=["v"])] == [
        "w",
        "global_step",
    ]


def test_checkpoints(old, framework, tmp_path):
    a = old.get_variable("a", initializer=[1.0, 2.0])
    with old.Session() as session:
        session.run(a.initializer)
        path = old.train.Saver().save(session, str(tmp_path / "model.ckpt"))
    assert framework.list_variables(checkpoint_dir=str(tmp_path)) == [("a", [2])]
    assert framework.load_variable(checkpoint_dir=path, name="a:0").tolist() == [1, 2]
    assert framework.load_checkpoint(filepattern=path).has_tensor("a")
    old.reset_default_graph()
    with old.variable_scope("scope"):
        b = old.get_variable("b", [2])
    framework.init_from_checkpoint(checkpoint_dir=path, assignment_map={"a": "scope/b"})
    assert _run(old, b).tolist() == [1, 2]
    init, feed = framework.assign_from_checkpoint(path, {"a": b})
    with old.Session() as session:
        session.run(init, feed)
        assert session.run(b).tolist() == [1, 2]


def test_checks_of_tensors(old, framework):
    x = old.placeholder(old.float32, [None], name="x")
    assert framework.is_tensor(x) and not framework.is_tensor([1])
    assert framework.is_numeric_tensor(x)
    assert framework.assert_same_float_dtype([x]) == old.float32
    assert framework.assert_scalar(old.constant(1)).shape.as_list() == []
    assert framework.assert_scalar_int(old.constant(1)).dtype == old.int32
    with pytest.raises(ValueError, match="Expected integer type"):
        framework.assert_scalar_int(old.constant(1.0))
    assert _run(old, framework.is_non_decreasing([1, 1])) and not _run(
        old, framework.is_strictly_increasing([1, 1])
    )
    assert framework.convert_to_tensor_or_sparse_tensor([1]).shape.as_list() == [1]
    assert framework.get_graph_from_inputs([x]) is old.get_default_graph()
    with old.name_scope("outer"):
        assert framework.get_name_scope() == "outer"


def test_with_shape(old, framework):
    x = old.placeholder(old.float32, [None])
    same = framework.with_shape([2], x)
    assert same.shape.as_list() == [2]
    assert framework.with_same_shape(old.zeros([2]), x).shape.as_list() == [2]
    assert _run(old, same, {x: [1, 2]}).tolist() == [1, 2]
    with pytest.raises(old.errors.InvalidArgumentError):
        _run(old, same, {x: [1, 2, 3]})
    with pytest.raises(ValueError, match="Invalid shape for tensor"):
        framework.with_shape([3], old.zeros([2]))


def test_sums_sorts_and_squeezes(old, framework):
    total = framework.reduce_sum_n([old.constant([1.0, 2.0]), old.constant(3.0)])
    assert total.op.name == "reduce_sum_n" and _run(old, total) == 6
    assert _run(old, framework.sort([3, 1, 2])).tolist() == [1, 2, 3]
    assert _run(old, framework.argsort([3, 1, 2])).tolist() == [1, 2, 0]
    pair = framework.remove_squeezable_dimensions(old.zeros([4, 1]), old.zeros([4]))
    assert [each.shape.as_list() for each in pair] == [[4], [4]]
    printed = framework.print_op(old.constant(7), [old.constant(1)])
    assert printed.op.type == "Identity" or printed.op.type == "Print"


def test_smart_branches(old, framework):
    yes, no = (lambda: 1), (lambda: 0)
    assert framework.smart_cond(True, yes, no) == 1
    assert framework.smart_cond(old.constant(False), yes, no) == 0
    assert framework.smart_constant_value(old.placeholder(old.bool, [])) is None
    assert framework.smart_case([(False, no), (True, yes)], default=no) == 1
    assert framework.smart_case([(False, no)], default=yes) == 1
    flag = old.placeholder(old.bool, [])
    either = framework.smart_cond(flag, lambda: old.constant(1), lambda: old.constant(0))
    case = framework.smart_case([(flag, lambda: old.constant(1))], lambda: old.constant(0))
    assert _run(old, [either, case], {flag: True}) == [1, 1]
    with pytest.raises(TypeError, match="`false_fn` must be callable"):
        framework.smart_cond(True, yes)


def test_py_func_has_keywords_and_nests(old, framework):
    def both(x, y):
        return {"sum": x + y, "difference": x - y}

    found = framework.py_func(
        both,
        [old.constant(5.0)],
        {"y": old.constant(2.0)},
        output_types={"sum": old.float32, "difference": old.float32},
        output_shapes={"sum": [], "difference": []},
    )
    assert found["sum"].shape.as_list() == []
    assert _run(old, found) == {"sum": 7, "difference": 3}


def test_zeros(old, framework):
    w = old.get_variable("w", [2])
    with old.Session() as session:
        session.run(framework.zero_initializer(w))
        assert session.run(w).tolist() == [0, 0]


def test_names_in_scopes(framework):
    assert framework.prepend_name_scope("a/b", "scope") == "scope/a/b"
    assert framework.prepend_name_scope("loc:@a", "scope") == "loc:@scope/a"
    assert framework.strip_name_scope("scope/a", "scope") == "a"
    assert framework.strip_name_scope("^scope/a", "scope/") == "^a"
    assert framework.strip_name_scope("a", None) == "a"


def test_marks_leave_a_function_as_it_is(framework):
    def function():
        return 1

    for mark in (framework.deprecated("2016-12-01", "Use another."), framework.experimental):
        assert mark(function)() == 1
    assert framework.deprecated_args(None, "No more.", "x")(function)() == 1
    assert framework.deprecated_arg_values(None, "No more.", x=1)(function)() == 1


def test_placeholders_and_classes(old, framework):
    x = old.placeholder(old.float32, [2])
    assert framework.get_placeholders(old.get_default_graph()) == [x]
    with pytest.raises(TypeError, match="needs to be a Graph"):
        framework.get_placeholders(None)
    assert framework.TensorSpec([2], old.float32).shape.as_list() == [2]


def test_nest(framework):
    nest = framework.nest
    assert nest.flatten([1, (2, {"a": 3})]) == [1, 2, 3]
    assert nest.is_sequence([1]) and nest.is_sequence_or_composite((1,)) and not nest.is_sequence(1)
    assert nest.flatten_dict_items({("a", "b"): (1, 2)}) == {"a": 1, "b": 2}
    assert nest.map_structure(np.negative, [1, (2,)]) == [-1, (-2,)]


@pytest.mark.parametrize(
    "name",
    [
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
    ],
)
def test_what_is_gone(framework, name):
    assert not hasattr(framework, name)
