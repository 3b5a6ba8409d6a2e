"""Records the ports that docs/how-to/port-a-script.md shows, of the scripts on that page."""

import argparse
import re
import tempfile
from pathlib import Path
from typing import Any

from experiments.support import apart, recorded

HELP = "record the ports that the page about porting shows"
WRITES = ("ports.json",)
TAKES = "a minute"

PAGE = recorded.RESULTS.parent / "how-to" / "port-a-script.md"

#: Name of a port -> the command's words.
COMMANDS = {
    "digits": ("digits.py",),
    "wave": ("wave.py",),
    "flowers": ("model.ckpt-200.meta", "-o", "flowers"),
}


def run(arguments: argparse.Namespace) -> None:
    found = {name: apart.call(ported, name=name) for name in COMMANDS}
    recorded.write(argparse.Namespace(quick=None), "ports.json", found)


def ported(name: str) -> dict[str, Any]:
    """What `legacy-cnn port` prints of a program, and the text of its port."""
    import contextlib

    from legacy_cnn import cli
    from legacy_cnn.streams import printed

    words = COMMANDS[name]
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for file, text in scripts().items():
            Path(file).write_text(text)
        if name == "flowers":
            trained(Path(folder) / "model.ckpt")
        said = printed(lambda: cli.main(["port", *words]))
        (port,) = Path(folder).glob("*/port.py")
        return {"printed": said, "port": port.read_text()}


def scripts() -> dict[str, str]:
    """The scripts on the page, file -> text, but not what was written of them."""
    pattern = r"^`((?!port)\w+\.py)`:\n\n```\n(.*?)```$"
    return dict(re.findall(pattern, PAGE.read_text(), re.MULTILINE | re.DOTALL))


def trained(prefix: Path) -> None:
    """Writes a graph that was trained for 200 steps, and its checkpoint."""
    import numpy as np
    import tensorflow.compat.v1 as tf

    numbers = np.random.default_rng(0)
    with tf.Graph().as_default(), tf.Session() as session:
        x = tf.placeholder(tf.float32, [None, 4], name="measures")
        y = tf.placeholder(tf.int64, [None], name="kinds")
        hidden = tf.nn.relu(_layer("hidden", x, 16))
        loss = tf.losses.sparse_softmax_cross_entropy(y, _layer("output", hidden, 3))
        step = tf.train.AdamOptimizer(0.01).minimize(loss)
        tf.set_random_seed(0)
        session.run(tf.global_variables_initializer())
        for _ in range(200):
            kinds = numbers.integers(3, size=32)
            session.run(step, {x: numbers.normal(kinds[:, None], 1, (32, 4)), y: kinds})
        tf.train.Saver().save(session, str(prefix), 200)


def _layer(name: str, inputs: Any, units: int) -> Any:
    import tensorflow.compat.v1 as tf

    with tf.variable_scope(name):
        weights = tf.get_variable("weights", [inputs.shape[1], units])
        biases = tf.get_variable("biases", [units], initializer=tf.zeros_initializer())
        return tf.nn.xw_plus_b(inputs, weights, biases)
