"""What `legacy-cnn port` writes into its folder, and how it ends where it cannot."""

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import cli, porting
from legacy_cnn.porting import translating
from legacy_cnn.porting.writing import test_file, text

pytestmark = pytest.mark.tensorflow


def perceptron():
    x = tf1.placeholder(tf.float32, [None, 6], name="x")
    y = tf1.placeholder(tf.float32, [None, 3], name="y")
    weights = tf1.get_variable("weights", [6, 3])
    logits = tf.matmul(x, weights, name="logits")
    loss = tf1.losses.softmax_cross_entropy(y, logits)
    return tf1.train.AdamOptimizer(0.1).minimize(loss)


@pytest.fixture
def meta(tmp_path):
    """The trained weights of a graph, beside it."""
    with tf.Graph().as_default(), tf1.Session() as session:
        step = perceptron()
        session.run(tf1.global_variables_initializer())
        for _ in range(3):
            session.run(step, {"x:0": np.ones([2, 6]), "y:0": np.eye(3)[:2]})
        tf1.train.Saver().save(session, str(tmp_path / "model"))
        weights = session.run(tf1.trainable_variables()[0])
    return tmp_path / "model.meta", weights


def test_a_checkpoint_goes_into_the_port(meta, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file, weights = meta
    result = porting.port(str(file), steps=1, quick=True, warn=print)
    assert result.report.first is None  # the optimizer begins anew, as the port's
    assert result.files == ("port.py", "test_port.py", "port.keras")
    written = {path.name for path in (tmp_path / "model_port").iterdir()} - {"__pycache__"}
    assert written == set(result.files)
    model = keras.models.load_model(tmp_path / "model_port" / "port.keras")
    np.testing.assert_array_equal(model.weights[0], weights)


def test_what_is_there_is_not_replaced_unless_asked(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    (tmp_path / "there").mkdir()
    for words, said in {
        "nothing.py": "nothing.py: No such file or directory.",
        "nothing:build": "The reference nothing:build cannot be built",
        "x.py -o file": "file is a file; choose another --output.",
        "x.py -o file/port": "file is a file; choose another --output.",
        "x.py -o there": "there already exists; choose another --output, or give --replace.",
    }.items():
        assert cli.main(["port", *words.split()]) == 2
        assert said in capsys.readouterr().err.replace(f"{tmp_path}/", "")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "there"]


def test_many_results_are_taken_apart_on_several_lines():
    names = ", ".join(f"logits_{at}" for at in range(12))
    lines = text.wrapped(f"{names} = y_pred", 8)
    assert max(map(len, lines)) <= 100
    assert "".join(line.strip() for line in lines) == f"({names},) = y_pred".replace(
        " logits", "logits"
    )


def test_ctrl_c_leaves_nothing(tmp_path, monkeypatch):
    def stopped(*_, **__):
        assert (tmp_path / "port" / "port.py").exists()
        raise KeyboardInterrupt

    monkeypatch.setattr(translating, "compare", stopped)
    with pytest.raises(KeyboardInterrupt):
        porting.port(perceptron, tmp_path / "port")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("old.py", 'reference=str(HERE / "../old.py")'),
        ("old.py --text 'a {b}'", """reference=f"{HERE / '../old.py'} --text 'a {{b}}'"'"""[:-1]),
        ("old.py:build", """reference=f"{HERE / '../old.py'}:build"'"""[:-1]),
    ],
)
def test_the_test_names_its_reference(reference, expected, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "old.py").write_text("")
    assert expected in test_file.test_file(reference, tmp_path / "port", {})
