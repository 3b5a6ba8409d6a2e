"""What a program uses, and for which release it was written, read from its text."""

import pytest

from legacy_cnn.compat import guess, scan, stated


def uses(tmp_path, text, **modules):
    for name, inner in modules.items():
        (tmp_path / f"{name}.py").write_text(inner)
    script = tmp_path / "script.py"
    script.write_text(text)
    return scan.uses(script)


def test_dotted_names_are_followed_from_their_imports(tmp_path):
    text = (
        "import tensorflow as tf\nimport tensorflow.contrib.slim as slim\n"
        "from tensorflow.examples.tutorials.mnist import input_data as loader\n"
        "x = tf.nn.relu(tf.zeros([1]))\nslim.conv2d(x)\nloader.read_data_sets('d').train\n"
    )
    found = {(use.name, use.line) for use in uses(tmp_path, text)}
    assert {
        ("tensorflow.nn.relu", 4),
        ("tensorflow.zeros", 4),
        ("tensorflow.contrib.slim.conv2d", 5),
        ("tensorflow.examples.tutorials.mnist.input_data.read_data_sets", 6),
    } <= found


def test_modules_beside_the_script_are_read_too_even_in_python_2(tmp_path):
    inner = "import tensorflow as tf\nprint 'x'\nw = tf.mul(1, 2)\n"
    found = uses(tmp_path, "import model\n", model=inner)
    assert [(use.name, use.file.name, use.line) for use in found][-1] == (
        "tensorflow.mul", "model.py", 3,
    )  # fmt: skip


HEAD = "import tensorflow as tf\n"


@pytest.mark.parametrize(
    ("text", "release"),
    [
        ("tf.placeholder(tf.float32)", "1.15.5"),
        ("tf.mul(1, 2)", "0.12.1"),
        ("tf.nn.softmax_cross_entropy_with_logits(a, b)", "0.12.1"),
        ("tf.nn.softmax_cross_entropy_with_logits(logits=a, labels=b)", "1.15.5"),
        ("tf.nn.weighted_cross_entropy_with_logits(a, b, c)", "1.15.5"),
        ("tf.concat(1, [a, b])", "0.12.1"),
        ("tf.concat([a, b], 1)", "1.15.5"),
        ("tf.split(-1, 3, a)", "0.12.1"),
        ("tf.split(a, 3, 1)", "1.15.5"),
        ("tf.layers.Input([3])", "1.4.0"),
        ("tf.contrib.data.Dataset.range(3)", "1.4.0"),
        ("tf.nn.seq2seq.sequence_loss(a, b, c)", "0.12.1"),
        ("tf.contrib.seq2seq.dynamic_rnn_decoder(c, f)", "1.0.1"),
        ("tf.nn.seq2seq = tf.contrib.legacy_seq2seq\ntf.nn.seq2seq.sequence_loss(a)", "1.15.5"),
        ("tf.contrib.rnn.BasicLSTMCell(3); tf.mul", "1.15.5"),
        ("tf.mul(1, 2) if hasattr(tf, 'mul') else tf.multiply(1, 2)", "1.15.5"),
        ("try:\n    f = tf.mul\nexcept AttributeError:\n    f = tf.multiply", "1.15.5"),
        ("mul = getattr(tf, 'multiply', None) or tf.mul", "1.15.5"),
        ("tf.mul(1, 2); tf.layers.dense(x, 3); tf.data.Dataset", "1.15.5"),
        ("if tf.__version__ < '1.0':\n    f = tf.mul", "1.15.5"),
    ],
)
def test_the_release_is_the_newest_that_has_all_names(tmp_path, text, release):
    assert guess.release_of(uses(tmp_path, HEAD + text)) == release


def test_what_is_only_looked_for_and_was_not_there_is_hidden(tmp_path):
    text = (
        "mul = tf.multiply if hasattr(tf, 'multiply') else tf.mul\n"
        "try:\n    w = tf.train.SummaryWriter\nexcept AttributeError:\n    w = None\n"
        "print(hasattr(tf, 'pack'), tf.neg(1), hasattr(tf, 'neg'))\n"
    )
    found = uses(tmp_path, HEAD + text)
    assert guess.hidden(found, "1.4.0") == {
        "tensorflow.mul", "tensorflow.train.SummaryWriter", "tensorflow.pack",
    }  # fmt: skip
    assert guess.hidden(found, "0.12.1") == set()


@pytest.mark.tensorflow
def test_what_a_library_serves_is_not_missing(tmp_path):
    from legacy_cnn.compat.explain import explain

    (tmp_path / "script.py").write_text(
        "import tensorflow as tf\ntf.estimator.Estimator, tf.contrib.learn.RunConfig\ntf.no_such\n"
    )
    found = explain(tmp_path / "script.py")
    assert [name.name for name in found.names if not name.served] == ["tensorflow.no_such"]


@pytest.mark.parametrize(
    ("line", "release"),
    [
        ("tensorflow==1.3.0", "1.4.0"),
        ("tensorflow-gpu==1.1.0", "1.0.1"),
        ("- TensorFlow: 1.1.0", "1.0.1"),
        ("Tested with Python 3.5, TensorFlow v0.12.1", "0.12.1"),
        ("# state kept by hand (TF 1.3)", "1.4.0"),
        ("This project requires TensorFlow version 1.0  You are using 2.21", "1.0.1"),
        ("https://www.tensorflow.org/versions/r0.11/tutorials/", "0.12.1"),
        ("https://example.org/cpu/tensorflow-0.12.1-cp27-none-linux_x86_64.whl", "0.12.1"),
        ("tensorflow>=1.0", None),
        ("TensorFlow 1.0+, or 1.0 or newer", None),
        ("# since TF 1.0 the values come first", None),
        ("tf = 1.0", None),
        ("TensorFlow 2.3", None),
        ("TensorFlow 1.0\nTensorFlow 1.4", None),
    ],
)
def test_a_program_says_its_release_in_its_text_or_beside_it(tmp_path, line, release):
    script = tmp_path / "script.py"
    script.write_text(f"'''{line}'''\n")
    said = stated.statement(script, [])
    assert (said and said.release) == release
    script.write_text("import tensorflow as tf\n")
    (tmp_path / "requirements.txt").write_text(f"numpy\n{line}\n")
    said = stated.statement(script, [])
    assert (said and (said.release, said.place)) == (release and (release, "requirements.txt:2"))


def test_what_a_program_says_counts_less_than_its_names(tmp_path):
    found = uses(tmp_path, HEAD + "tf.layers.dense(x, 3); tf.data.Dataset")
    assert guess.release_of(found, "1.4.0") == "1.4.0"
    assert guess.release_of(found, "1.0.1") == "1.15.5"
