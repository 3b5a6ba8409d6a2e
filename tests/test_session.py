"""A TensorFlow 1 graph in a session: values in, values out, and nothing added unasked."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn import randomness, tutorial
from legacy_cnn.errors import GraphError
from legacy_cnn.programs import session as sessions
from legacy_cnn.programs.session import GraphSession

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def old_control_flow():
    """Loops and branches as TensorFlow 1 built them."""
    assert tf.control_flow_v2_enabled()
    tf.disable_control_flow_v2()
    yield
    tf.enable_control_flow_v2()


def names(graph):
    return [op.name for op in graph.get_operations()]


def same(one, other):
    return one.keys() == other.keys() and all(
        np.asarray(one[name]).tobytes() == np.asarray(other[name]).tobytes() for name in one
    )


def is_resource(params):
    return "resource" if params else "reference"


@pytest.fixture(params=[False, True], ids=is_resource)
def graph(request):
    """v drawn, twice = 2 v, and two variables of one initial value."""
    graph = tf.Graph()
    with graph.as_default():
        tf.set_random_seed(3)
        options = {"use_resource": request.param}
        v = tf.Variable(tf.random_normal([3]), name="v", **options)
        tf.Variable(2 * v.initial_value, name="twice", **options)
        zero = tf.zeros([2])
        tf.Variable(zero, name="one", **options)
        tf.Variable(zero, name="other", **options)
    return graph


def test_the_tutorials_graph_stays_node_for_node():
    weights = randomness.initial_weights(5).values()
    with tf.Graph().as_default() as graph:
        ends = tutorial.build_graph()
        variables = tf.trainable_variables()
        feed = dict(zip([each.initial_value for each in variables], weights, strict=True))
    before = names(graph)
    with tf.Session(graph=graph) as native, GraphSession(graph) as session:
        native.run(ends.init, feed)
        expected = {each.op.name: native.run(each) for each in tf_variables(graph)}
        session.initialise(dict(zip([each.op.name for each in variables], weights, strict=True)))
        assert len(session.state()) == 26 and same(session.state(), expected)
        assert session.shapes()["Variable_2/Adam_1"] == (3136, 1024)
        session.load({**expected, "beta1_power": np.float32(0.5)})
        assert session.state()["beta1_power"] == 0.5
    assert names(graph) == before


def tf_variables(graph):
    return graph.get_collection(tf.GraphKeys.GLOBAL_VARIABLES)


def test_initialise_draws_as_the_graph_does(graph):
    with graph.as_default():
        init = tf.global_variables_initializer()
    with tf.Session(graph=graph) as native, GraphSession(graph) as session:
        native.run(init)
        session.initialise()
        expected = {each.op.name: native.run(each) for each in tf_variables(graph)}
        assert same(session.state(), expected) and expected["v"].any()


def test_initial_values_are_fed(graph):
    """What depends on one of them follows; one tensor of two variables is no obstacle."""
    before = names(graph)
    with GraphSession(graph) as session:
        session.initialise({"v": [1, 2, 3], "one": [7, 8]})
        state = session.state()
    expected = {"v": [1, 2, 3], "twice": [2, 4, 6], "one": [7, 8], "other": [0, 0]}
    assert {name: value.tolist() for name, value in state.items()} == expected
    assert [name for name in names(graph) if name not in before] and set(before) < set(names(graph))
    assert not [each for each in session.tensors() if each.op.name not in before]


def test_state_leaves_out_what_has_no_value(graph):
    with GraphSession(graph) as session:
        assert session.state() == {}
        session.load({"one": [1, 2]})
        assert {name: value.tolist() for name, value in session.state().items()} == {"one": [1, 2]}


def test_state_is_one_run(graph, monkeypatch):
    with GraphSession(graph) as session:
        session.initialise()
        runs = []
        run = session.session.run
        monkeypatch.setattr(
            session.session, "run", lambda *given: runs.append(given) or run(*given)
        )
        session.load(session.state())
    assert len(runs) == 2


def test_a_bare_graph_has_no_initialisers(graph):
    """An imported GraphDef knows operations only."""
    with tf.Graph().as_default() as bare:
        tf.import_graph_def(graph.as_graph_def(), name="")
    with GraphSession(bare) as session:
        session.initialise()
        assert session.state() == {}
        session.initialise({"v": [1, 2, 3]})
        session.load({"twice": [4, 5, 6]})
        assert same(session.state(), {"v": np.float32([1, 2, 3]), "twice": np.float32([4, 5, 6])})
        assert [each.op.name for each in session.tensors() if "session/" in each.name] == []


def test_any_tensor_is_fed_by_itself_or_by_name(graph):
    with GraphSession(graph) as session:
        draw = session.variables["v"].graph.get_tensor_by_name("random_normal:0")
        assert session.run(["mul:0", "v/Assign"], {draw: [1, 1, 1]})[0].tolist() == [2, 2, 2]
        assert session.run({"a": ("mul:0",)}, {"random_normal": [1, 0, 1]})["a"][0].tolist() == [
            2,
            0,
            2,
        ]


def test_what_the_graph_has_not_is_said(graph):
    with GraphSession(graph) as session:
        for look, kind in (
            (session.tensor, "tensor"), (session.operation, "operation"),
            (lambda name: session.load({name: 0}), "variable"),
            (lambda name: session.initialise({name: 0}), "variable"),
            (lambda name: session.run([], {name: 0}), "tensor"),
        ):  # fmt: skip
            with pytest.raises(
                GraphError,
                match=rf"^The graph has no {kind} W; it has, among others, .*(other|Read)",
            ):
                look("W")
        assert session.tensor("v").name == "v:0" and session.operation("v").name == "v"


def test_tables_and_local_variables_are_initialised():
    with tf.Graph().as_default() as graph:
        pairs = tf.lookup.KeyValueTensorInitializer(["a"], np.int64([5]))
        found = tf.lookup.StaticHashTable(pairs, -1).lookup(tf.constant(["a"]))
        tf.metrics.mean(tf.constant(1.0))
    with GraphSession(graph) as session:
        session.initialise()
        assert session.run(found).tolist() == [5]
        assert sorted(session.state()) == ["mean/count", "mean/total"]


def test_shapes_may_be_unknown():
    with tf.Graph().as_default() as graph:
        tf.Variable([1.0], shape=tf.TensorShape(None), name="any", use_resource=True)
        tf.Variable([1.0], shape=[None], name="row", use_resource=True)
        tf.Variable([1.0], validate_shape=False, name="old", use_resource=False)
    with GraphSession(graph) as session:
        assert session.shapes() == {"any": None, "row": (None,), "old": None}
        session.initialise({"any": [[1, 2]], "row": [1, 2, 3]})
        session.load({"old": [4, 5]})
        assert [value.shape for value in session.state().values()] == [(1, 2), (3,), (2,)]


def branches_and_loops():
    """A branch within a loop, a loop within a branch, and their gradients."""
    x, go_on = tf.placeholder_with_default(2.0, [], "x"), tf.constant(True)
    weight = tf.constant(3.0)

    def body(i, value):
        return i + 1, tf.cond(value > 5, lambda: value * weight, lambda: value + weight)

    loop = tf.while_loop(lambda i, value: i < 3, body, [0, x])[1]
    inner = lambda: tf.while_loop(lambda i, value: i < 2, body, [0, x * weight])[1]  # noqa: E731
    branch = tf.cond(go_on, inner, lambda: x - weight, name="outer")
    return tf.gradients(loop + branch, [x, weight])


@pytest.mark.parametrize("imported", [False, True])
def test_every_tensor_outside_of_loops_and_branches_is_fetched(old_control_flow, imported):
    with tf.Graph().as_default() as graph:
        gradients = [each.name for each in branches_and_loops()]
    kinds = {op.type for op in graph.get_operations()}
    assert {"Enter", "Exit", "Switch", "Merge", "NextIteration"} <= kinds
    if imported:
        definition = graph.as_graph_def()
        with tf.Graph().as_default() as graph:
            tf.import_graph_def(definition, name="")
    with GraphSession(graph) as session:
        tensors = session.tensors()
        values = session.run({each.name: each for each in tensors})
    assert values[gradients[0]] == 3 + 27 and 30 < len(values) < len(names(graph))
    fetched = {each.op.type for each in tensors}
    assert {"Merge", "Exit"} <= fetched and not {"Enter", "Switch", "NextIteration"} & fetched


def test_loops_and_branches_of_today_are_calls():
    with tf.Graph().as_default() as graph:
        branches_and_loops()
    with GraphSession(graph) as session:
        assert {op.type.removeprefix("Stateless") for op in session.calls()} == {"If", "While"}
        session.run(session.tensors())


def test_what_is_drawn_is_found():
    with tf.Graph().as_default() as graph:
        key = tf.constant([1, 2])
        tf.random.normal([2])
        tf.random_uniform([2], maxval=9, dtype=tf.int32)
        tf.random.poisson([1.0], [2])
        tf.gradients(tf.random.gamma([2], tf.constant(2.0)), [key])
        tf.multinomial([[0.5, 0.5]], 1)
        tf.random.stateless_truncated_normal([2], key)
        tf.random.stateless_uniform([2], key, None, None, tf.int32)
        dropped = tf.nn.dropout(tf.ones([2]), rate=0.5)
    with GraphSession(graph) as session:
        found = session.random_tensors()
        assert session.run(dropped, {found[-1]: [0.4, 0.6]}).tolist() == [0, 2]
    assert [each.op.type for each in found] == [
        "RandomStandardNormal", "RandomUniformInt", "RandomPoissonV2", "RandomGamma",
        "Multinomial", "StatelessTruncatedNormalV2", "StatelessRandomUniformFullIntV2",
        "RandomUniform",
    ]  # fmt: skip


def test_threads_and_placement_are_the_sessions():
    with tf.Graph().as_default() as graph, tf.device("/gpu:7"):
        one = tf.constant(1.0) + 1
    with (
        pytest.raises(tf.errors.InvalidArgumentError, match="Cannot assign a device"),
        GraphSession(graph) as session,
    ):
        session.run(one)
    with GraphSession(graph, intra_threads=1, inter_threads=1, as_function=True) as session:
        assert session.run(one) == 2
    with pytest.raises(RuntimeError, match="closed"):
        session.run(one)


def test_what_a_leaky_relu_by_hand_computes_can_be_fetched():
    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [None, 8], name="x")
        h = tf.nn.bias_add(tf.matmul(x, tf.ones([8, 4])), tf.ones([4]))
        scaled = tf.multiply(0.2, h, name="scaled")
        leaky = tf.maximum(h, scaled)
        with GraphSession(graph) as session:
            values = session.run([scaled, leaky], {x: np.full((2, 8), -1, np.float32)})
    np.testing.assert_allclose(values, np.full((2, 2, 4), -1.4), rtol=1e-6)


@pytest.mark.parametrize("in_function", [False, True])
@pytest.mark.parametrize(("most", "products"), [(10_000, 1), (4, 2)])
def test_a_large_graph_runs_as_it_is(in_function, most, products, monkeypatch):
    monkeypatch.setattr(sessions, "MOST_REWRITTEN", most)

    def scaled(x):
        return x * 2.0 * 3.0

    with tf.Graph().as_default() as graph:
        x = tf.placeholder(tf.float32, [])
        y = tf.function(scaled)(x) if in_function else scaled(x)
    options, metadata = tf.RunOptions(output_partition_graphs=True), tf.RunMetadata()
    with GraphSession(graph, as_function=True) as session:
        assert session.session.run(y, {x: 1.0}, options, metadata) == 6
    (ran,) = metadata.partition_graphs
    assert sum(node.op == "Mul" for node in ran.node) == products
