"""Any TensorFlow 1 graph as the reference."""

import keras as k
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import parity, show, tutorial
from legacy_cnn.errors import ParityError
from legacy_cnn.ports import keras
from legacy_cnn.results.report import NOT_COMPARED, PASSED
from support.ports import statuses

pytestmark = pytest.mark.tensorflow


def small_graph(optimizer=tf1.train.AdamOptimizer):
    """A TensorFlow 1 program with one dense layer."""
    pixels = tf1.placeholder(tf.float32, [None, 784], name="pixels")
    wanted = tf1.placeholder(tf.float32, [None, 10], name="wanted")
    kernel = tf1.get_variable("kernel", [784, 10], initializer=tf1.zeros_initializer())
    bias = tf1.get_variable("bias", [10], initializer=tf1.zeros_initializer())
    scores = tf.add(tf.matmul(pixels, kernel), bias, name="scores")
    loss = tf.reduce_mean(tf1.losses.softmax_cross_entropy(wanted, scores), name="cost")
    optimizer(0.01, name="learn").minimize(loss)


NAMES = {
    "images": "pixels", "labels": "wanted", "layers": {"scores": "scores"}, "loss": "cost",
    "parameters": {"kernel": "kernel", "bias": "bias"}, "train": "learn",
}  # fmt: skip


def small_port(optimizer=None):
    model = k.Sequential([k.Input((784,)), k.layers.Dense(10, kernel_initializer="zeros")])
    model.compile(
        optimizer or k.optimizers.Adam(0.01, epsilon=1e-8),
        k.losses.CategoricalCrossentropy(from_logits=True),
    )
    return model


@pytest.mark.first(1)
@pytest.mark.parametrize("is_file", [True, False])
@pytest.mark.parametrize("resource", [True, False])
def test_any_graph_is_a_reference(compare, resource, is_file, tmp_path):
    """As a function, a MetaGraph with its checkpoint, and a GraphDef with one."""

    def build():
        tf1.get_variable_scope().set_use_resource(resource)
        small_graph()
        return NAMES

    with tf.Graph().as_default() as graph, tf1.Session() as session:
        build()
        session.run(tf1.global_variables_initializer())
        tf1.train.Saver().save(session, str(tmp_path / "model"))
        (tmp_path / "plain.pb").write_bytes(graph.as_graph_def().SerializeToString())
    for suffix in ("index", "data-00000-of-00001"):
        (tmp_path / f"model.{suffix}").rename(tmp_path / f"plain.{suffix}")
        (tmp_path / f"model.{suffix}").write_bytes((tmp_path / f"plain.{suffix}").read_bytes())
    reference, mapping = build, None
    if is_file:
        reference = tmp_path / ("model.meta" if resource else "plain.pb")
        mapping = parity.Mapping(reference=NAMES)
    report = compare(small_port(), reference=reference, mapping=mapping)
    assert report.same, show.plain(report)
    assert statuses(report)["steps"] == statuses(report)["gradients"] == PASSED
    assert statuses(report)["dropout"] == NOT_COMPARED


@pytest.mark.slow
def test_another_optimizer_is_a_difference(compare):
    model = small_port()
    model.compile("sgd", k.losses.CategoricalCrossentropy(from_logits=True))
    rung, finding = compare(model, reference=lambda: small_graph() or NAMES).first
    assert (rung.name, finding.tensor) == ("update", "kernel")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"loss": "nothing"}, "has no tensor nothing"),
        ({"parameters": {"kernel": "nothing"}}, "has no variable nothing for kernel; it has"),
        ({"train": "nothing"}, "has no operation nothing"),
        ({"train": "scores"}, "updates none of the parameters"),
        ({"unknown": "x"}, "unknown name 'unknown'"),
        ({"layers": "scores"}, "layers must be an object that maps names to strings, not 'scores'"),
        ({"parameters": {"kernel": 1}}, "parameters must be an object that maps names to strings"),
        ({"images": None}, "'images' is required, but missing"),
    ],
)
def test_names_that_do_not_fit(compare, names, message):
    with pytest.raises(ParityError, match=message):
        compare(
            small_port(),
            reference=lambda: small_graph() or NAMES,
            mapping=parity.Mapping(reference=names),
        )


@pytest.mark.slow
def test_the_listing_in_a_file_needs_no_names(compare, tmp_path):
    with tf.Graph().as_default() as graph, tf1.Session(graph=graph) as session:
        tutorial.build_graph()
        session.run(tf1.global_variables_initializer())
        tf1.train.Saver().save(session, str(tmp_path / "listing"))
    report = compare(
        keras.build_model(),
        reference=tmp_path / "listing.meta",
        except_for=("update", "fit", "predictions", "initial weights"),
    )
    assert report.same, show.plain(report)
    assert statuses(report)["dropout"] == statuses(report)["steps"] == PASSED


def test_files_that_are_no_graphs(compare, tmp_path):
    for name in ("bad.meta", "bad.pb"):
        with pytest.raises(FileNotFoundError, match="bad"):
            compare(small_port(), reference=tmp_path / name)
        (tmp_path / name).write_bytes(b"\xff" * 40)
        with pytest.raises(ParityError, match="cannot be read as a graph"):
            compare(small_port(), reference=tmp_path / name)


@pytest.mark.slow
def test_gradient_descent_is_understood(compare):
    def descent():
        small_graph(tf1.train.GradientDescentOptimizer)
        return NAMES

    report = compare(small_port(k.optimizers.SGD(0.01)), reference=descent)
    assert report.same, show.plain(report)
    assert statuses(report)["update"] == statuses(report)["steps"] == PASSED
    assert compare(small_port(), reference=descent).first[0].name == "update"


def test_a_mapping_settles_what_names_and_shapes_cannot(compare):
    """Two dense layers of one shape, one of them unused."""
    inputs = k.Input((784,))
    used = k.layers.Dense(10, name="b", kernel_initializer="zeros")
    model = k.Model(inputs, used(inputs))
    model.unused = k.layers.Dense(10, name="a")
    model.unused.build((None, 784))
    model.unused.trainable = False
    names = {"kernel": "b/kernel", "bias": "b/bias"}
    report = compare(
        model,
        reference=lambda: small_graph() or NAMES,
        mapping=parity.Mapping(candidate=names),
    )
    assert report.verdict == "same as far as compared"  # it is not compiled
    with pytest.raises(ParityError, match="has no c/kernel for kernel; it has"):
        compare(
            small_port(),
            reference=lambda: small_graph() or NAMES,
            mapping=parity.Mapping(candidate={"kernel": "c/kernel"}),
        )


def test_the_tutorial_is_its_own_reference_untouched():
    """The comparison adds nodes beside the graph's own and changes none of them."""
    from legacy_cnn.parity.references import open_reference

    with tf.Graph().as_default() as graph:
        tutorial.build_graph()
    own = {node.name: node for node in graph.as_graph_def().node}
    with open_reference(None, {}, 0.5, 1) as reference:
        compared = {node.name: node for node in reference.graph.as_graph_def().node}
    assert all(compared[name] == node for name, node in own.items())
