"""Ports that are written: a graph in, the text of a port out; and whole comparisons."""

import subprocess
import sys

import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import cli, porting
from legacy_cnn.parity.references import open_reference
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import document
from legacy_cnn.porting.writing.program import program_of

pytestmark = pytest.mark.tensorflow


def written(reference=None, feeds=None):
    """The text of a port."""
    with open_reference(reference, {}, 0.8, 0, feeds) as side:
        return document.text_of(document.port(program_of(Reading(side))))


def body(reference, feeds=None):
    """What `build_model` does, without its comments."""
    text = written(reference, feeds).partition("def build_model():\n")[2].partition("\n\n\n")[0]
    return [line.partition("  # ")[0].strip() for line in text.splitlines()]


def is_formatted(text):
    command = [sys.executable, "-m", "ruff", "format", "--check", "--line-length", "100", "-"]
    return subprocess.run(command, input=text.encode(), capture_output=True).returncode == 0


def test_the_tutorial_has_the_layers_of_its_port():
    text = written()
    calls = [line.strip() for line in text.splitlines() if " layers." in line]
    assert calls == [
        "x_2 = layers.Reshape((28, 28, 1))(x)  # tutorial.py:65",
        "conv1 = layers.Conv2D(",
        'conv1 = layers.MaxPooling2D(2, padding="same")(conv1)  # tutorial.py:68',
        "conv2 = layers.Conv2D(",
        'conv2 = layers.MaxPooling2D(2, padding="same")(conv2)  # tutorial.py:71',
        "fc = layers.Flatten()(conv2)  # tutorial.py:73",
        "fc = layers.Dense(",
        "fc = layers.Dropout(0.2)(fc)  # tutorial.py:75",
        "output = layers.Dense(",
    ]
    assert is_formatted(text)


def perceptron():
    x = tf1.placeholder(tf.float32, [None, 6], name="x")
    y = tf1.placeholder(tf.float32, [None, 3], name="y")
    hidden = x
    for units in (5, 4):
        w = tf1.get_variable(f"w{units}", [hidden.shape[1], units])
        b = tf1.get_variable(f"b{units}", [units], initializer=tf1.zeros_initializer())
        hidden = tf.nn.sigmoid(tf.matmul(hidden, w) + b)
    outputs = tf.nn.softmax(tf.matmul(hidden, tf1.get_variable("w", [4, 3])))
    cost = tf.reduce_mean(-tf.reduce_sum(y * tf1.log(outputs), 1))
    tf1.train.GradientDescentOptimizer(0.5).minimize(cost)


def test_a_loss_by_hand_is_a_function():
    text = written(perceptron)
    assert "def cost(y_true, y_pred):\n    return ops.mean(-ops.sum(y_true * " in text
    assert body(perceptron) == [
        "x = keras.Input((6,))",
        'hidden = layers.Dense(5, activation="sigmoid")(x)',
        'hidden = layers.Dense(4, activation="sigmoid")(hidden)',
        'outputs = layers.Dense(3, activation="softmax", use_bias=False)(hidden)',
        "model = keras.Model(x, outputs)",
        "model.compile(optimizer=keras.optimizers.SGD(0.5), loss=cost)",
        "return model",
    ]
    assert is_formatted(text)


SCRIPT = """
import numpy as np
import tensorflow as tf
x = tf.placeholder(tf.float32, [None, 5])
y = tf.placeholder(tf.float32, [None, 1])
w = tf.Variable(tf.truncated_normal([5, 1], stddev=0.1))
b = tf.Variable(tf.zeros([1]))
prediction = tf.add(tf.matmul(x, w), b)
loss = tf.reduce_mean(tf.square(prediction - y))
train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss)
with tf.Session() as session:
    session.run(tf.initialize_all_variables())
    for _ in xrange(1000000):
        session.run(train, {x: np.random.randn(8, 5), y: np.random.randn(8, 1)})
"""


def test_the_command_writes_a_port_and_proves_it(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.py").write_text(SCRIPT, "utf-8")
    assert cli.main(["port", "old.py"]) == 0
    assert "Same program." in capsys.readouterr().out
    text = (tmp_path / "old_port" / "port.py").read_text("utf-8")
    assert "    prediction = layers.Dense(  # old.py:8" not in text  # too long for one line
    assert "    # old.py:8\n    prediction = layers.Dense(" in text
    assert "loss=keras.losses.MeanSquaredError()" in text
    test = (tmp_path / "old_port" / "test_port.py").read_text("utf-8")
    assert 'reference=str(HERE / "../old.py")' in test
    assert cli.main(["port", "old.py"]) == 2
    assert "old_port already exists" in capsys.readouterr().err


def test_what_no_row_knows_ends_in_a_sentence_with_its_line(tmp_path):
    def build():
        x = tf1.placeholder(tf.float32, [None, 4])
        y = tf1.placeholder(tf.float32, [None, 4])
        outputs = tf.math.zeta(x, tf1.get_variable("w", [4]))
        tf1.train.AdamOptimizer().minimize(tf.reduce_mean(tf.square(y - outputs)))

    with pytest.raises(Exception, match=r"test_port.py, line \d+: no Keras line for Zeta"):
        porting.port(build, tmp_path / "port")
    assert not (tmp_path / "port").exists()
