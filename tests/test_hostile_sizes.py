"""Graphs from files that would not end, or take all memory: small files can."""

import resource

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow

import tensorflow as tf
import tensorflow.compat.v1 as tf1

from conftest import command
from legacy_cnn import parity
from legacy_cnn.errors import ForeignGraphError, ParityError
from legacy_cnn.parity.references import open_reference
from legacy_cnn.programs import permitted, session


def endless(value):
    def body(count, each):
        return count * 1, each

    return tf1.while_loop(lambda count, each: count < 1, body, [tf.constant(0), value])[1]


#: The loop inside a function that the graph calls.
hidden = tf.function(endless)


def huge(value):
    return value + tf.reduce_sum(tf.fill([2 * 10**9], 1.0))


def port():
    layers = [tf.keras.Input((6,)), tf.keras.layers.Dense(3, use_bias=False)]
    return tf.keras.Sequential(layers)


@pytest.fixture
def saved(tmp_path):
    """Saves a small program with something in its middle, and returns its `.meta` file."""

    def save(hook):
        with tf1.Graph().as_default(), tf1.Session() as session:
            x = tf1.placeholder(tf.float32, [None, 6], name="x")
            y = tf1.placeholder(tf.float32, [None, 3], name="y")
            w = tf1.get_variable("w", [6, 3])
            logits = hook(tf.matmul(x, w))
            loss = tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=logits)
            tf1.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(loss))
            session.run(tf1.global_variables_initializer())
            tf1.train.Saver().save(session, str(tmp_path / "model"))
        return tmp_path / "model.meta"

    return save


@pytest.fixture
def one_second(monkeypatch):
    monkeypatch.setattr(permitted, "LONGEST_RUN", 1)


GIVEN_UP = "takes longer to run than 1 seconds"


@pytest.mark.first(1)
@pytest.mark.parametrize("loop", [hidden, endless])
def test_a_loop_without_an_end_is_given_up(saved, one_second, loop):
    with pytest.raises(ForeignGraphError, match=GIVEN_UP):
        parity.compare(port(), reference=str(saved(loop)))


class Module(tf.Module):
    """What it serves is what a hook makes of a sound output."""

    def __init__(self, hook=endless):
        super().__init__()
        self.w, self.hook = tf.Variable(tf.ones([6, 3]), name="w"), hook

    @tf.function(input_signature=[tf.TensorSpec([None, 6])])
    def serve(self, x):
        return self.hook(x @ self.w)


def reference():
    x = tf1.placeholder(tf.float32, [None, 6], name="x")
    y = tf1.placeholder(tf.float32, [None, 3], name="y")
    logits = tf.matmul(x, tf1.get_variable("w", [6, 3]))
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(y, logits))
    tf1.train.GradientDescentOptimizer(0.1).minimize(loss)
    return loss


def test_a_saved_model_that_serves_without_an_end_is_given_up(tmp_path, one_second):
    tf.saved_model.save(Module(), str(tmp_path / "saved"))
    with pytest.raises(ForeignGraphError, match=GIVEN_UP):
        parity.compare(tmp_path / "saved", reference=reference)


@pytest.mark.slow
def test_one_of_tensorflow_1_is_given_up(tmp_path, one_second):
    with tf1.Graph().as_default(), tf1.Session() as session:
        x = tf1.placeholder(tf.float32, [None, 6], name="x")
        logits = endless(tf.matmul(x, tf1.get_variable("w", [6, 3])))
        session.run(tf1.global_variables_initializer())
        tf1.saved_model.simple_save(session, str(tmp_path / "saved"), {"x": x}, {"y": logits})
    with pytest.raises(ForeignGraphError, match=GIVEN_UP):
        parity.compare(tmp_path / "saved", reference=reference)


class Resource(tf.saved_model.experimental.TrackableResource):
    """Is made, where a SavedModel is loaded, after a loop without an end."""

    def _create_resource(self):
        if not tf.executing_eagerly():
            endless(tf.zeros(()))
        return tf.raw_ops.VarHandleOp(dtype=tf.float32, shape=[])

    def _initialize(self):
        return tf.constant(0.0)

    def _destroy_resource(self):
        return None


def test_a_resource_that_is_made_in_a_loop_is_refused(tmp_path):
    module = Module()
    module.resource = Resource()
    assert module.resource.resource_handle is not None
    tf.saved_model.save(module, str(tmp_path / "saved"))
    with pytest.raises(ForeignGraphError, match="A resource of the SavedModel is made in the loop"):
        parity.compare(tmp_path / "saved", reference=reference)


def filled(value):
    """A tensor whose size, 4 GB, is only known when the graph runs.

    It is far above the limit, as what other tests have left may be freed meanwhile.
    """
    size = tf.cast(tf.reduce_sum(value) * 0 + 1_000_000_000, tf.int32)
    return value + tf.reduce_sum(tf.fill([size], 1.0)) * 0


def test_a_run_that_takes_too_much_memory_is_given_up(saved, tmp_path, monkeypatch):
    monkeypatch.setattr(permitted, "MOST_MEMORY", 200_000_000)
    before = resource.getrlimit(resource.RLIMIT_DATA)
    module = Module(filled)
    tf.saved_model.save(module, str(tmp_path / "saved"))
    for candidate, given in ((port(), str(saved(filled))), (tmp_path / "saved", reference)):
        with pytest.raises(ForeignGraphError, match="takes more memory than it may"):
            parity.compare(candidate, reference=given)
    assert resource.getrlimit(resource.RLIMIT_DATA) == before


def reserved(value):
    """More than TensorFlow's own vectors can be told to hold."""
    size = tf.cast(tf.reduce_sum(value) * 0 + 2e9, tf.int32)
    array, flow = tf.raw_ops.TensorArrayV3(size=size, dtype=tf.float32)
    count = tf.raw_ops.TensorArraySizeV3(handle=array, flow_in=flow)
    return value + tf.stop_gradient(tf.cast(count, tf.float32) * 0)


PORT = """
import keras
def build():
    return keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, use_bias=False)])
"""


def test_a_graph_that_ends_the_process_is_told(saved, tmp_path):
    (tmp_path / "port.py").write_text(PORT)
    done = command("parity", f"{tmp_path / 'port.py'}:build", "--reference", saved(reserved))
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr.splitlines()[-1] == (
        "legacy-cnn: A graph from a file has ended the program (SIGABRT): it asks for what "
        "TensorFlow does not survive."
    )


def test_runs_may_take_a_time_in_all(monkeypatch):
    """Each may end in time."""
    monkeypatch.setattr(session, "QUICK", 0)
    with tf1.Graph().as_default() as graph:
        value = tf.linalg.svd(tf.random.uniform([300, 300]), compute_uv=False)
    with session.GraphSession(graph, limits=permitted.Limits(seconds=60)) as opened:
        opened.run(value)
        once = opened._taken
        opened.run(value)
        assert 0 < once < opened._taken
        opened._taken = 60.0
        with pytest.raises(ForeignGraphError, match="takes longer to run than 60 seconds"):
            opened.run(value)


def test_functions_that_call_each_other_too_often_are_refused():
    definition = tf1.GraphDef()
    for depth in range(30):
        function = definition.library.function.add()
        function.signature.name = f"f{depth}"
        for name in ("one", "other"):
            function.node_def.add(name=name, op=f"f{depth - 1}" if depth else "Identity")
    with pytest.raises(ForeignGraphError, match="more operations and outputs"):
        permitted.check(definition)
    del definition.library.function[15:]
    permitted.check(definition)
    definition.node.add(name="split", op="Split").attr["num_split"].i = 200_000_000
    with pytest.raises(ForeignGraphError, match="more operations and outputs"):
        permitted.check(definition)


def test_inputs_that_take_too_much_are_not_drawn():
    def wide():
        tf1.placeholder(tf.float32, [None, 10_000_000], name="x")
        return tf.matmul(tf1.get_default_graph().get_tensor_by_name("x:0")[:, :6],
                         tf1.get_variable("w", [6, 3]), name="y")  # fmt: skip

    with pytest.raises(ParityError, match="512 examples for x take 20,480,000,000 bytes"):
        parity.compare(port(), reference=wide)


@pytest.mark.parametrize("hook", [tf.strings.as_string, tf.reduce_sum])
def test_what_serves_no_numbers_for_each_image(tmp_path, hook):
    tf.saved_model.save(Module(hook), str(tmp_path / "saved"))
    with pytest.raises(ParityError, match=r"serves .*: expected numbers for each image"):
        parity.compare(tmp_path / "saved", reference=reference)


SCRIPT = """
import numpy as np
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
x = tf.placeholder(tf.float32, [None, 6])
y = tf.placeholder(tf.float32, [None, 3])
w = tf.Variable(tf.ones([6, 3]))
loop = tf.while_loop(lambda count, _: count < 3000, lambda count, each: (count + 1, each + 0.0),
                     [0, tf.matmul(x, w)], back_prop=True)
loss = tf.reduce_mean(tf.square(loop[1] - y))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    for _ in range(9):
        session.run(train, {x: np.ones([2, 6]), y: np.ones([2, 3])})
"""


def test_a_script_that_is_recorded_here_may_take_any_time(tmp_path, monkeypatch):
    monkeypatch.setattr(permitted, "LONGEST_RUN", 0.001)
    (tmp_path / "old.py").write_text(SCRIPT)
    with open_reference(str(tmp_path / "old.py"), {}, 1.0, 1) as script:
        batch = script.batch(np.ones([2, 6]), np.ones([2, 3]))
        assert script.step(script.beginning(), batch)


def test_a_tensor_that_takes_all_memory_is_refused(saved):
    with pytest.raises(ForeignGraphError, match="takes 8,000,000,000 bytes"):
        parity.compare(port(), reference=str(saved(huge)))
