"""Numbers that a script changes while it trains: recorded, or told by its source."""

import numpy as np
import pytest

tf = pytest.importorskip("tensorflow.compat.v1")

from legacy_cnn.parity.changing import changing

pytestmark = pytest.mark.tensorflow

HEAD = """
rate = tf.placeholder(tf.float32)
train = step(rate)
"""


def found(tmp_path, text: str, *fed: float) -> dict[str, str]:
    """For a script in which line 2 makes a placeholder and line 4 begins the text."""
    script = tmp_path / "old.py"
    script.write_text(HEAD + text, encoding="utf-8")
    with tf.Graph().as_default():
        rate = tf.placeholder(tf.float32, name="rate")
        w = tf.Variable(1.0, name="w", use_resource=False)
        train = tf.train.GradientDescentOptimizer(rate).minimize(w**2, name="train")
        given = [{"rate:0": np.float32(one)} for one in fed or (0.1, 0.1)]
        places = {"rate": ((str(script), 2),)}
        return changing([train.name], given[0], given, places)


def test_a_number_that_the_recorded_steps_change_is_told(tmp_path):
    assert found(tmp_path, "", 0.1, 0.1, 0.05) == {
        "rate": "the script changes the number that it feeds as rate; the first is compared: "
        "0.1, and then 0.05"
    }


@pytest.mark.parametrize(
    "text",
    [
        "for epoch in range(9):\n    s.run(train, {rate: 0.1 * 0.9 ** epoch})",
        "lr = 0.1\nwhile True:\n    s.run(train, {rate: lr})\n    lr *= 0.9",
        "lr = 0.1\nfor e in range(9):\n    feed = {rate: lr}\n    if e > 5:\n        lr = 0.01",
        "def go(lr):\n    s.run(train, {rate: lr})\nfor e in range(9):\n    go(lr=0.1 / (e + 1))",
        "def go(lr):\n    s.run(train, {rate: lr})\nfor e in range(9):\n    go(0.1 / (e + 1))",
        "for e in range(9):\n    lr = falling(e)\n    feed[rate] = lr",
        "for e in range(9):\n    m.lr = falling(e)\n    s.run(train, {m.rate: m.lr})",
        "for e in range(9):\n    s.run(train, feed_dict={'x': x, rate: lr(e)})",
    ],
)
def test_a_number_that_a_loop_changes_is_told_with_its_line(tmp_path, text):
    (sentence,) = found(tmp_path, text).values()
    assert sentence.startswith("old.py, line ")
    assert sentence.endswith("feeds as rate; the first is compared: 0.1")


@pytest.mark.parametrize(
    "text",
    [
        "lr = 0.1\nfor e in range(9):\n    s.run(train, {x: xs[e], rate: lr})",
        "def feed(is_train):\n    if is_train:\n        k = 0.5\n    else:\n        k = 1.0\n"
        "    return {rate: k}\nfor e in range(9):\n    s.run(train, feed(True))",
        "for e in range(9):\n    lr = 0.1\n    s.run(train, {rate: lr})",
        "class M:\n    def go(self, lr):\n        s.run(train, {rate: lr})\n"
        "for e in range(9):\n    m.go(0.1)\n    n += 1",
    ],
)
def test_a_number_that_stays_is_not_told(tmp_path, text):
    assert found(tmp_path, text) == {}


def test_a_variable_that_only_other_operations_change_is_told():
    with tf.Graph().as_default():
        rate = tf.Variable(0.1, trainable=False, name="rate", use_resource=False)
        w = tf.Variable(1.0, name="w", use_resource=False)
        tf.assign(rate, rate * 0.9, name="lower")
        tf.train.Saver()
        train = tf.train.GradientDescentOptimizer(rate).minimize(w**2, name="train")
        names = [op.name for op in tf.get_default_graph().get_operations()]
        places = dict.fromkeys(names, (("old.py", 4),)) | {"lower": (("old.py", 5),)}
        assert changing([train.name], {}, [], places) == {
            "rate": "old.py, line 5: the script can assign rate; its first value is compared"
        }
