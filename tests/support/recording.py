"""Recordings of small scripts on today's TensorFlow."""

import importlib.util
import sys
from pathlib import Path

SOURCE = Path(__file__).parents[2] / "legacy_cnn" / "originals" / "recorder.py"

HEAD = """
import numpy as np
import tensorflow.compat.v1 as tf

graph = tf.get_default_graph()
tf.set_random_seed(1)
x = tf.placeholder(tf.float32, [3], name="x")
w = tf.get_variable("w", [3], initializer=tf.ones_initializer(), use_resource={resource})
other = tf.Variable(2.0, trainable=False, name="other")
loss = tf.reduce_sum(w * x * other, name="loss")
""".replace("{resource}", "False")

TRAIN = """
train = tf.train.MomentumOptimizer(0.1, 0.9).minimize(loss, name="train")
"""


def recording(tmp_path, monkeypatch, capfd):
    """Returns a function that records a script in this process.

    It returns status, stdout, stderr and the trace's path.
    """
    import tensorflow.compat.v1 as tf

    specification = importlib.util.spec_from_file_location("record_tf1", SOURCE)
    recorder = importlib.util.module_from_spec(specification)
    monkeypatch.setitem(sys.modules, "record_tf1", recorder)
    specification.loader.exec_module(recorder)
    base = next(each for each in tf.Session.__mro__ if "_do_run" in vars(each))
    monkeypatch.setattr(recorder, "end_early", lambda: 0)  # not the end of this process

    def record(script, *arguments, options=()):
        if not isinstance(script, Path):
            (tmp_path / "script.py").write_text(HEAD + script)
            script = tmp_path / "script.py"
        output = tmp_path / "trace.npz"
        words = ["--output", output, *options, script, *arguments]
        with tf.Graph().as_default(), monkeypatch.context() as patch:
            for name in ("_do_run", "make_callable", "_make_callable_from_options"):
                patch.setattr(base, name, getattr(base, name))  # put back at the end
            patch.setitem(sys.modules, "__main__", sys.modules["__main__"])
            patch.setattr(sys, "argv", [*sys.argv])
            patch.setattr(sys, "path", [*sys.path])
            status = recorder.main([*map(str, words)])
        out, err = capfd.readouterr()
        return status, out, err, output

    return record
