"""A trained checkpoint of TensorFlow 1 goes into a port, which then computes the same."""

import textwrap

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1
from tensorflow.core.protobuf import saver_pb2

from legacy_cnn import cli, porting
from legacy_cnn.errors import ParityError, RunError

pytestmark = pytest.mark.tensorflow


def normalised():
    """Two dense layers, batch normalisation between them; Adam and averages of the weights."""
    x = tf1.placeholder(tf.float32, [None, 6], name="x")
    y = tf1.placeholder(tf.float32, [None, 3], name="y")
    training = tf1.placeholder(tf.bool, [], name="training")
    with tf1.variable_scope("first"):
        first = tf1.get_variable("weights", [6, 8])
        hidden = tf.matmul(x, first)
    with tf1.variable_scope("bn"):
        ones, zeros = tf1.ones_initializer(), tf1.zeros_initializer()
        gamma = tf1.get_variable("gamma", [8], initializer=ones)
        beta = tf1.get_variable("beta", [8], initializer=zeros)
        mean = tf1.get_variable("moving_mean", [8], initializer=zeros, trainable=False)
        variance = tf1.get_variable("moving_variance", [8], initializer=ones, trainable=False)
    moments = tf.nn.moments(hidden, [0])
    chosen = [
        tf.where(training, moments[0], mean),
        tf.where(training, moments[1], variance),
    ]
    hidden = tf.nn.relu(tf.nn.batch_normalization(hidden, *chosen, beta, gamma, 1e-3))
    with tf1.variable_scope("second"):
        second = tf1.get_variable("weights", [8, 3])
        bias = tf1.get_variable("biases", [3], initializer=zeros)
        logits = tf1.nn.xw_plus_b(hidden, second, bias)
    loss = tf.reduce_mean(tf1.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits))
    update = tf1.train.AdamOptimizer(0.05).minimize(loss)
    with tf1.control_dependencies([update]):
        moved = [
            tf1.assign_sub(old, (old - new) * 0.1)
            for old, new in ((mean, moments[0]), (variance, moments[1]))
        ]
        averages = tf1.train.ExponentialMovingAverage(0.9).apply([second])
    return tf1.group(*moved, averages), logits


FEEDS = {"training": (True, False)}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    return checkpoint(tmp_path_factory.mktemp("trained") / "model-3", saver_pb2.SaverDef.V2)


def checkpoint(prefix, version):
    """The prefix of a trained checkpoint, images, and what the graph makes of these."""
    generator = np.random.default_rng(0)
    images = generator.normal(size=(20, 6)).astype("f4")
    labels = np.eye(3, dtype="f4")[generator.integers(3, size=20)]
    with tf.Graph().as_default(), tf1.Session() as session:
        step, logits = normalised()
        session.run(tf1.global_variables_initializer())
        for _ in range(3):
            session.run(step, {"x:0": images, "y:0": labels, "training:0": True})
        expected = session.run(logits, {"x:0": images, "training:0": False})
        tf1.train.Saver(write_version=version).save(session, str(prefix))
    return prefix, images, expected


def layers(*, epsilon=1e-3, units=8):
    return [
        keras.Input((6,)),
        keras.layers.Dense(units, use_bias=False, name="first"),
        keras.layers.BatchNormalization(momentum=0.9, epsilon=epsilon, name="bn"),
        keras.layers.ReLU(),
        keras.layers.Dense(3, name="second"),
    ]


def port(**changed):
    return keras.Sequential(layers(**changed))


def compiled():
    model = port()
    loss = keras.losses.CategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.05, epsilon=1e-8), loss)
    return model


@pytest.mark.first(1)
@pytest.mark.parametrize("build", [port, compiled])
def test_a_checkpoint_with_its_graph_is_moved_and_proved(trained, build, tmp_path):
    prefix, images, expected = trained
    said = []
    target = porting.convert(prefix, tmp_path / "out.keras", build, feeds=FEEDS, warn=said.append)
    moved = keras.models.load_model(target)
    np.testing.assert_allclose(moved.predict(images, verbose=0), expected, rtol=1e-5, atol=1e-5)
    assert said == [
        f"7 weights were moved; on weights, forward, predictions, the port is the same as "
        f"{prefix}.meta. Its optimizer begins anew."
    ]


@pytest.mark.slow
def test_the_first_format_is_read_too(tmp_path):
    prefix, images, expected = checkpoint(tmp_path / "old", saver_pb2.SaverDef.V1)
    target = porting.convert(prefix, tmp_path / "out.keras", port, feeds=FEEDS)
    moved = keras.models.load_model(target)
    np.testing.assert_allclose(moved.predict(images, verbose=0), expected, rtol=1e-5, atol=1e-5)


def without_graph(prefix, directory):
    for path in prefix.parent.glob(f"{prefix.name}*"):
        if path.suffix != ".meta":
            (directory / path.name).write_bytes(path.read_bytes())
    return directory / prefix.name


def test_without_its_graph_names_and_shapes_decide(trained, tmp_path):
    prefix, images, expected = trained
    alone, said = without_graph(prefix, tmp_path), []
    target = porting.convert(alone, tmp_path / "out.keras", port, warn=said.append)
    moved = keras.models.load_model(target)
    np.testing.assert_allclose(moved.predict(images, verbose=0), expected, rtol=1e-5, atol=1e-5)
    assert said[0].startswith("7 weights were moved by their names and shapes alone")


def test_what_names_do_not_tell_is_no_guess(trained, tmp_path):
    alone = without_graph(trained[0], tmp_path)

    def nameless():
        model = keras.Sequential([type(one).from_config(one.get_config()) for one in layers()[1:]])
        for at, layer in enumerate(model.layers):
            layer.name = f"layer{at}"
        model.build((None, 6))
        return model

    with pytest.raises(ParityError, match=r"Names and shapes do not tell .*bn/gamma"):
        porting.convert(alone, tmp_path / "out.keras", nameless)
    assert not (tmp_path / "out.keras").exists()


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"epsilon": 0.3}, "is another program"),
        ({"units": 9}, "does not fit"),
    ],
)
def test_a_port_that_is_another_program_is_not_written(trained, changed, message, tmp_path):
    target = tmp_path / "out.keras"
    with pytest.raises(ParityError, match=message):
        porting.convert(trained[0], target, lambda: port(**changed), feeds=FEEDS)
    assert not target.exists()


def test_an_existing_file_stays(trained, tmp_path):
    target = tmp_path / "out.keras"
    target.write_text("mine")
    with pytest.raises(RunError):
        porting.convert(trained[0], target, port, feeds=FEEDS)
    assert target.read_text() == "mine"


def test_the_command_takes_a_file_and_a_function(trained, tmp_path, capsys, monkeypatch):
    (tmp_path / "a_port.py").write_text(
        textwrap.dedent("""
            import keras

            def build():
                return keras.Sequential([
                    keras.Input((6,)),
                    keras.layers.Dense(8, use_bias=False, name="first"),
                    keras.layers.BatchNormalization(momentum=0.9, name="bn"),
                    keras.layers.ReLU(),
                    keras.layers.Dense(3, name="second"),
                ])
        """)
    )
    (tmp_path / "feeds.json").write_text('{"training": [true, false]}')
    target = tmp_path / "out.keras"
    words = [
        "convert", f"{trained[0]}.index", str(target), "--into", f"{tmp_path}/a_port.py:build",
        "--feeds", f"{tmp_path}/feeds.json",
    ]  # fmt: skip
    assert cli.main(words) == 0
    output = capsys.readouterr()
    assert output.out == f"{target}\n" and "the port is the same as" in output.err
    assert cli.main(["convert", "missing", str(tmp_path / "x.keras"), "--into", "m:f"]) == 1
    assert "No such checkpoint" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        cli.main(["convert", "a", str(tmp_path / "y.keras"), "--feeds", "feeds.json"])
    assert "--feeds is for a port: give --into, too." in capsys.readouterr().err
