"""A script for tf.compat.v1 as the reference: it runs in a process of its own."""

import keras
import pytest

from legacy_cnn import parity
from legacy_cnn.errors import ParityError

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


def port(momentum=0.9):
    drawn = keras.initializers.TruncatedNormal(stddev=0.1)
    model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, kernel_initializer=drawn)])
    model.compile(keras.optimizers.SGD(0.1, momentum=momentum), "mse")
    return model


def test_a_script_is_a_reference(tmp_path):
    script = tmp_path / "old.py"
    script.write_text(SCRIPT)
    report = parity.compare(port(), reference=str(script))
    assert (report.verdict, report.reference) == ("same", str(script))
    assert report.setting["data"] == "recorded: 4 steps"
    assert [path.name for path in tmp_path.iterdir()] == ["old.py"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("print(1)", "the script did not import TensorFlow"),
        ("raise ValueError('of its own')", "ValueError: of its own"),
    ],
)
def test_a_script_that_trains_nothing_is_refused(tmp_path, content, message):
    script = tmp_path / "old.py"
    script.write_text(content)
    with pytest.raises(ParityError, match=f"old.py cannot be recorded: .*{message}"):
        parity.compare(port(), reference=str(script))
    with pytest.raises(FileNotFoundError):
        parity.compare(port(), reference=str(tmp_path / "other.py"))
