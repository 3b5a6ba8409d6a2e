"""A script as the reference, old or for tf.compat.v1: it runs in a process of its own."""

import keras
import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from legacy_cnn import parity
from legacy_cnn.errors import ParityError
from legacy_cnn.originals.trace import read_trace
from legacy_cnn.parity import scripts
from legacy_cnn.parity.references import open_reference

pytestmark = pytest.mark.tensorflow

SCRIPT = """
import sys
import numpy as np
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
x = tf.placeholder(tf.float32, [None, 5], name="x")
y = tf.placeholder(tf.float32, [None, 1], name="y")
w = tf.Variable(tf.truncated_normal([5, 1], stddev=0.1), name="w")
b = tf.Variable(tf.zeros([1]), name="b")
loss = tf.reduce_mean(tf.square(tf.matmul(x, w) + b - y))
train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
draw = np.random.RandomState(0).randn
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    for _ in range(1000000):
        session.run(train, {x: draw(8, 5), y: draw(8, 1)})
print("not reached", sys.argv)
"""


OLD = """
import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data
import numpy as np
x = tf.placeholder("float", [None, 5])
y = tf.placeholder("float", [None, 1])
w = tf.Variable(tf.truncated_normal([5, 1], stddev=0.1))
b = tf.Variable(tf.zeros([1]))
spare = tf.Variable(tf.zeros([3]))
loss = tf.reduce_mean(tf.square(tf.sub(tf.add(tf.matmul(x, w), tf.mul(b, 1.0)), y)))
train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
with tf.Session() as session:
    session.run(tf.initialize_all_variables())
    for _ in xrange(1000000):
        session.run(train, {x: np.random.randn(8, 5), y: np.random.randn(8, 1)})
print "not reached"
"""


def port(momentum=0.9):
    drawn = keras.initializers.TruncatedNormal(stddev=0.1)
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, kernel_initializer=drawn)])
    model.compile(keras.optimizers.SGD(0.1, momentum=momentum), "mse")
    return model


@pytest.mark.slow
def test_a_script_is_a_reference(tmp_path):
    script = tmp_path / "old.py"
    script.write_text(SCRIPT)
    report = parity.compare(port(), reference=str(script))
    assert (report.verdict, report.reference) == ("same", str(script))
    assert report.setting["data"] == "recorded: 3 steps"
    assert [path.name for path in tmp_path.iterdir()] == ["old.py"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a/old.py", ("a/old.py",)),
        ("old.py -n 3 'a b'", ("old.py", "-n", "3", "a b")),
        ("02 - GAN.py --z 2", ("02 - GAN.py", "--z", "2")),
        ("old.py:build", None),
        ("model.meta", None),
    ],
)
def test_a_reference_is_a_script_with_its_arguments(name, expected):
    command = scripts.command_of(name)
    assert (command and (str(command.script), *command.arguments)) == expected


def test_a_quotation_without_an_end_is_refused():
    with pytest.raises(ParityError, match=r"old\.py 'a cannot be read as a script with arguments"):
        scripts.command_of("old.py 'a")


@pytest.mark.first(1)
@pytest.mark.parametrize(("momentum", "verdict"), [(0.9, "same"), (0.8, "different")])
def test_an_old_script_is_a_reference_as_it_is(tmp_path, momentum, verdict):
    script = tmp_path / "an old.py"
    script.write_text("import sys\n" + OLD.replace("0.9)", "float(sys.argv[2]))"))
    report = parity.compare(port(momentum), reference=f"{script} --momentum 0.9", steps=2)
    assert (report.verdict, report.setting["data"]) == (verdict, "recorded: 2 steps")


def test_a_script_that_goes_on_from_its_checkpoint_begins_anew(tmp_path):
    """Its weights are kept; slots and counts are those that any other program begins with."""
    script, saved = tmp_path / "old.py", tmp_path / "saved"
    restoring = SCRIPT.replace("MomentumOptimizer(0.1, 0.9)", "AdamOptimizer(0.1)").replace(
        "    for _", "    tf.train.Saver().restore(session, sys.path[0] + '/saved')\n    for _"
    )
    script.write_text(restoring)
    values = {"w": np.full((5, 1), 0.5), "b": np.ones(1), "beta1_power": 0.9**9, "beta2_power": 0.5}
    values |= {f"{n}/{slot}": values[n] for n in "wb" for slot in ("Adam", "Adam_1")}
    with tf.Graph().as_default(), tf.Session() as session:
        held = [tf.Variable(np.float32(value), name=name) for name, value in values.items()]
        session.run(tf.global_variables_initializer())
        tf.train.Saver(held).save(session, str(saved), write_meta_graph=False)
    with open_reference(str(script), {}, 1.0, 0) as side:
        state, batch = side.beginning(), np.zeros((8, 5), np.float32)
        np.testing.assert_array_equal(state["w"], values["w"])
        assert not any(state[slot].any() for slot in side.slots.values())
        assert state["beta1_power"] == np.float32(0.9)
        assert side.is_trained
        assert side.evaluate(state, batch).output.max() == 1


@pytest.mark.slow
def test_a_carried_over_script_may_lack_what_is_gone(tmp_path):
    script = tmp_path / "old.py"
    gone = "from tensorflow.examples.tutorials.mnist import input_data"
    script.write_text(SCRIPT.replace("import sys", f"import sys\n{gone}"))
    scripts.record(scripts.Command(script), tmp_path / "trace.npz", scripts.Conditions())
    assert read_trace(tmp_path / "trace.npz").kept


@pytest.mark.slow
@pytest.mark.parametrize("content", [OLD, pytest.param(SCRIPT, marks=pytest.mark.slow)])
def test_the_seed_decides_what_a_script_draws(tmp_path, content):
    script, drawn = tmp_path / "old.py", []
    script.write_text(content)
    for number in range(2):
        trace = tmp_path / str(number) / "trace.npz"
        trace.parent.mkdir()
        scripts.record(scripts.Command(script), trace, scripts.Conditions(1))
        first = read_trace(trace).step(1).before
        drawn.append(next(value for value in first.values() if value.shape == (5, 1)))
    assert np.array_equal(*drawn)


@pytest.mark.slow
def test_a_script_may_expect_graphs_of_compat_v1(tmp_path):
    """`tf.compat.v1.placeholder` without a line that turns eager execution off."""
    head, body = SCRIPT.split("tf.disable_v2_behavior()")
    script = tmp_path / "old.py"
    head = head.replace("tensorflow.compat.v1", "tensorflow")
    for name in ("placeholder", "train", "truncated_normal", "Session", "global_variables_init"):
        body = body.replace(f"tf.{name}", f"tf.compat.v1.{name}")
    script.write_text(head + body)
    scripts.record(scripts.Command(script), tmp_path / "trace.npz", scripts.Conditions(1))
    assert read_trace(tmp_path / "trace.npz").step(1).before

    script.write_text(
        head + body.replace("session.run(train,", "session.run(loss,").replace("1000000", "9")
    )
    with pytest.raises(ParityError, match="no step was recorded"):
        scripts.record(scripts.Command(script), tmp_path / "other.npz", scripts.Conditions(1))


DROPPING = """
import numpy as np
import tensorflow.compat.v1 as tf
tf.disable_v2_behavior()
x = tf.placeholder(tf.float32, [None, 5], name="x")
y = tf.placeholder(tf.float32, [None, 1], name="y")
share = tf.placeholder(tf.float32)
w = tf.Variable(tf.truncated_normal([5, 16], stddev=0.1), name="w")
v = tf.Variable(tf.truncated_normal([16, 1], stddev=0.1), name="v")
hidden = tf.nn.dropout(tf.tanh(tf.matmul(x, w)), DROPOUT)
loss = tf.reduce_mean(tf.square(tf.matmul(hidden, v) - y))
train = tf.train.GradientDescentOptimizer(0.1).minimize(loss)
draw = np.random.RandomState(0).randn
with tf.Session() as session:
    session.run(tf.global_variables_initializer())
    for _ in range(10):
        session.run(train, {x: draw(8, 5), y: draw(8, 1), share: 0.25})
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("dropout", "rate"), [("share", 0.75), pytest.param("rate=share", 0.25, marks=pytest.mark.slow)]
)
def test_a_keep_probability_needs_no_name(tmp_path, dropout, rate):
    script = tmp_path / "old.py"
    script.write_text(DROPPING.replace("DROPOUT", dropout))
    drawn = keras.initializers.TruncatedNormal(stddev=0.1)
    options = {"use_bias": False, "kernel_initializer": drawn}
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(16, "tanh", **options)])
    model.add(keras.layers.Dropout(rate))
    model.add(keras.layers.Dense(1, **options))
    model.compile(keras.optimizers.SGD(0.1), "mse")
    left_out = ("update", "steps", "fit", "initial weights")
    report = parity.compare(model, reference=str(script), except_for=left_out)
    assert report.first is None and report.verdict == "same"


@pytest.mark.slow
def test_a_script_that_steps_by_hand_is_a_reference(tmp_path):
    script, lines = tmp_path / "old.py", SCRIPT.splitlines()
    by_hand = "g = tf.gradients(loss, [w, b], name='own'); train = [tf.assign_sub(w, 0.1 * g[0])]"
    by_hand += "; train.append(tf.assign(b, b - 0.1 * g[1]))"
    optimizer = next(line for line in lines if line.startswith("train ="))
    script.write_text(SCRIPT.replace(optimizer, by_hand + "; train = tf.group(*train)"))
    verdicts = [
        parity.compare(port(momentum), reference=str(script), except_for=("fit",)).verdict
        for momentum in (0.0, 0.9)
    ]
    assert verdicts == ["same", "different"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("print(1)", "no call of Session.run changed a trainable variable"),
        pytest.param(
            "raise ValueError('of its own\\nand more')",
            r"ValueError: of its own \(.*, line 1\)",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            "import os; os.kill(os.getpid(), 9)", "killed by SIGKILL", marks=pytest.mark.slow
        ),
        pytest.param(
            "import sys\nfor _ in range(99): print('x' * 9999, file=sys.stderr)\nsys.exit('bye')",
            "exit status 1: bye",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_a_script_that_trains_nothing_is_refused(tmp_path, content, message):
    script = tmp_path / "old.py"
    script.write_text(content)
    with pytest.raises(ParityError, match=f"old.py cannot be recorded: .*{message}"):
        parity.compare(port(), reference=str(script))
    with pytest.raises(FileNotFoundError):
        parity.compare(port(), reference=str(tmp_path / "other.py"))


def test_a_script_that_does_not_end_is_ended(tmp_path, monkeypatch):
    script, told = tmp_path / "old.py", []
    script.write_text("while True: pass")
    monkeypatch.setattr(scripts, "QUIET", 1)
    conditions = scripts.Conditions(patience=2, watch=told.append)
    with pytest.raises(ParityError, match="not taken 4 training steps within 2 seconds"):
        scripts.record(scripts.Command(script), tmp_path / "trace.npz", conditions)
    assert len(told) == 1 and "has run for 1 seconds" in told[0]
