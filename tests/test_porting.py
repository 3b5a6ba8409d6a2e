"""What a graph has is named with the line of Keras that equals it."""

import json

import keras
import numpy as np
import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import cli, parity, porting, show
from legacy_cnn.results import Inspection

pytestmark = pytest.mark.tensorflow

#: What lines are written with.
NAMES = {
    name: value
    for module in (
        keras.losses, keras.layers, keras.initializers, keras.regularizers, keras.optimizers,
        keras.optimizers.schedules,
    )
    for name, value in vars(module).items()
}  # fmt: skip


def lines(parts):
    return [part.keras for part in parts]


def notes(parts):
    return [part.note for part in parts]


def convolutional(decays=True):
    x = tf1.placeholder(tf.float32, [None, 144], name="x")
    y = tf1.placeholder(tf.float32, [None, 3], name="y")
    step = tf1.train.get_or_create_global_step()
    images = tf.reshape(x, [-1, 12, 12, 1])
    normal = tf1.truncated_normal_initializer(stddev=0.1)
    kernel = tf1.get_variable("kernel", [3, 3, 1, 4], initializer=normal)
    bias = tf1.get_variable("bias", [4], initializer=tf1.constant_initializer(0.1))
    hidden = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(images, kernel, [1, 2, 2, 1], "VALID"), bias))
    pooled = tf.nn.max_pool2d(hidden, 2, 1, "SAME")
    rate = tf1.placeholder_with_default(0.0, [], name="rate")
    dropped = tf1.nn.dropout(tf.reshape(pooled, [-1, 100]), rate=rate)
    last = tf1.get_variable("last", [100, 3], initializer=tf1.glorot_uniform_initializer())
    logits = tf.matmul(dropped, last)
    each = tf1.nn.softmax_cross_entropy_with_logits_v2(labels=y, logits=logits)
    loss = tf.reduce_mean(each) + 0.02 * tf.nn.l2_loss(kernel)
    rate = tf1.train.exponential_decay(0.1, step, 10, 0.9, staircase=True) if decays else 0.1
    optimizer = tf1.train.MomentumOptimizer(rate, 0.9, use_nesterov=True)
    pairs = optimizer.compute_gradients(loss)
    gradients, _ = tf.clip_by_global_norm([gradient for gradient, _ in pairs], 5.0)
    optimizer.apply_gradients(zip(gradients, [v for _, v in pairs], strict=True), global_step=step)


CONVOLUTIONAL = [
    "Input((144,))",
    "Reshape((12, 12, 1))",
    'Conv2D(4, 3, strides=2, activation="relu", '
    "kernel_initializer=TruncatedNormal(stddev=0.1), bias_initializer=Constant(0.1), "
    "kernel_regularizer=L2(0.01))",
    'MaxPooling2D(2, strides=1, padding="same")',
    "Flatten()",
    "Dropout(0.25)",
    "Dense(3, use_bias=False)",
]


def test_penalties_on_one_parameter_are_one_regularizer():
    def penalised():
        x, y = (tf1.placeholder(tf.float32, [None, 3], name=name) for name in "xy")
        kernel = tf1.get_variable("kernel", [3, 3])
        norms = [0.5 * tf.nn.l2_loss(kernel), 0.125 * tf.reduce_sum(tf.abs(kernel))]
        more = 0.25 * tf.reduce_sum(tf.square(kernel))
        loss = tf.reduce_mean(tf.square(x @ kernel - y)) + tf.add_n(norms) + more
        tf1.train.GradientDescentOptimizer(0.1).minimize(loss)

    (layer,) = porting.inspect(penalised).layers
    assert "kernel_regularizer=L1L2(0.125, 0.5)" in layer.keras


def test_each_layer_has_its_line():
    found = porting.inspect(convolutional, feeds=FEEDS)
    assert [*lines(found.inputs)[:1], *lines(found.layers)] == CONVOLUTIONAL
    assert lines(found.loss) == [
        "CategoricalCrossentropy(from_logits=True)",
        "kernel_regularizer=L2(0.01)",
    ]
    assert lines(found.parameters) == [
        "TruncatedNormal(stddev=0.1)",
        "Constant(0.1)",
        '"glorot_uniform"',
    ]
    assert lines(found.update) == [
        "SGD(ExponentialDecay(0.1, 10, 0.9, staircase=True), momentum=0.9, nesterov=True, "
        "global_clipnorm=5.0)",
        "optimizer.iterations",
    ]
    assert "after the rate has changed" in found.update[0].note
    assert lines(found.randomness) == ["Dropout(0.25)"]


FEEDS = {"rate": (0.25, 0.0)}


def constant():
    convolutional(decays=False)


@pytest.mark.slow
def test_a_model_of_these_lines_is_the_same_program():
    found = porting.inspect(constant, feeds=FEEDS)
    layers = [eval(line, dict(NAMES)) for line in [*lines(found.inputs)[:1], *lines(found.layers)]]
    model = keras.Sequential(layers)
    model.compile(eval(found.update[0].keras, dict(NAMES)), eval(found.loss[0].keras, dict(NAMES)))
    report = parity.compare(
        model, reference=constant, feeds=FEEDS, steps=2, batch_size=8, quick=True
    )
    assert report.first is None
    assert set(report.uncompared) == {"steps", "fit", "predictions", "initial weights"}


def test_the_tutorial_s_lines_are_those_of_its_port():
    found = porting.inspect()
    assert lines(found.layers)[1] == (
        'Conv2D(32, 5, padding="same", activation="relu", '
        "kernel_initializer=RandomNormal(stddev=1.0), bias_initializer=RandomNormal(stddev=1.0))"
    )
    assert lines(found.layers)[7:] == [
        "Dropout(0.2)",
        "Dense(10, kernel_initializer=RandomNormal(stddev=1.0), "
        "bias_initializer=RandomNormal(stddev=1.0))",
    ]
    assert lines(found.update) == ["Adam(0.001, epsilon=1e-8)"]
    assert Inspection.from_json(found.to_json()) == found


def dense(optimizer, loss=None, output=tf.identity):
    """A graph of one layer, which is trained by an optimizer."""

    def build():
        x = tf1.placeholder(tf.float32, [None, 4])
        y = tf1.placeholder(tf.float32, [None, 2])
        kernel = tf1.get_variable("kernel", [4, 2], initializer=tf1.ones_initializer())
        outputs = output(tf.matmul(x, kernel))
        optimizer.minimize((loss or mean_square)(y, outputs))

    return build


def mean_square(y, outputs):
    return tf.reduce_mean(tf.square(y - outputs))


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda: tf1.train.GradientDescentOptimizer(0.5), "SGD(0.5)"),
        (lambda: tf1.train.MomentumOptimizer(0.5, 0.8), "SGD(0.5, momentum=0.8)"),
        (lambda: tf1.train.AdamOptimizer(beta1=0.8), "Adam(0.001, beta_1=0.8, epsilon=1e-8)"),
        (lambda: tf1.train.AdagradOptimizer(0.5), "Adagrad(0.5, epsilon=0.0)"),
        (lambda: tf1.train.AdadeltaOptimizer(0.5), "Adadelta(0.5, epsilon=1e-8)"),
        (
            lambda: tf1.train.RMSPropOptimizer(0.5, centered=True),
            "RMSprop(0.5, epsilon=1e-10, centered=True)",
        ),
        (
            lambda: tf1.train.FtrlOptimizer(0.5, l1_regularization_strength=0.1),
            "Ftrl(0.5, l1_regularization_strength=0.1)",
        ),
    ],
)
def test_each_optimizer_has_its_line(make, line):
    def build():
        dense(make())()

    found = porting.inspect(build).update[0]
    assert found.keras == line
    eval(line, dict(NAMES))
    assert ("its mean square begins at 1.0" in found.note) == line.startswith("RMSprop")


@pytest.mark.parametrize(
    ("loss", "line"),
    [
        (mean_square, "MeanSquaredError()"),
        (lambda y, z: tf.reduce_mean(tf.abs(y - z)), "MeanAbsoluteError()"),
        (
            lambda y, z: tf.reduce_mean(tf.reduce_sum(tf.square(y - z), 1)),
            "lambda y, outputs: keras.ops.sum(keras.ops.square(y - outputs), axis=1)",
        ),
        (
            lambda y, z: tf.reduce_sum(
                tf1.nn.softmax_cross_entropy_with_logits_v2(labels=y * 0.8 + 0.1, logits=z)
            ),
            'CategoricalCrossentropy(label_smoothing=0.2, reduction="sum", from_logits=True)',
        ),
        (
            lambda y, z: tf.reduce_mean(
                tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)
            ),
            "BinaryCrossentropy(from_logits=True)",
        ),
        (
            lambda y, z: -tf.reduce_mean(tf.reduce_sum(y * tf1.log(tf.nn.softmax(z)), 1)),
            "CategoricalCrossentropy()",
        ),
        (lambda y, z: tf.reduce_mean(tf.exp(y - z)), ""),
    ],
)
def test_each_loss_has_its_line(loss, line):
    def build():
        dense(tf1.train.GradientDescentOptimizer(0.5), loss)()

    assert lines(porting.inspect(build).loss) == [line]


def test_a_sum_of_logistic_losses_is_the_function_s_value():
    def build():
        dense(
            tf1.train.GradientDescentOptimizer(0.5),
            lambda y, z: tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z)),
        )()

    function = eval(porting.inspect(build).loss[0].keras, {"keras": keras})
    y, z = np.float32([[1, 0]]), np.float32([[2, -1]])
    expected = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=z))
    np.testing.assert_allclose(function(y, z), expected, 1e-6)


def test_what_has_no_line_says_so():
    def build():
        dense(
            tf1.train.GradientDescentOptimizer(0.5),
            output=lambda z: tf.math.cumprod(tf.exp(z), 1),
        )()

    exp, cumprod = porting.inspect(build).layers[1:]
    assert (exp.keras, exp.note) == ("", "no layer: keras.ops.exp in the model's call")
    assert (cumprod.found, cumprod.keras, cumprod.note) == ("Cumprod", "", "no Keras line")


def test_a_dropout_that_is_never_off_is_told():
    def build():
        dense(
            tf1.train.GradientDescentOptimizer(0.5),
            output=lambda z: tf1.nn.dropout(z, rate=0.5),
        )()

    part = porting.inspect(build).layers[1]
    assert part.keras == "Dropout(0.5)" and part.note.startswith("always on in this graph")


def normalised(with_updates):
    x = tf1.placeholder(tf.float32, [None, 4, 4, 2])
    y = tf1.placeholder(tf.float32, [None, 4, 4, 2])
    ones, zeros = tf1.ones_initializer(), tf1.zeros_initializer()
    gamma, beta = (tf1.get_variable(n, [2], initializer=ones) for n in ("gamma", "beta"))
    moving = tf1.get_variable("moving", [2], initializer=zeros, trainable=False)
    outputs, mean, _ = tf1.nn.fused_batch_norm(x, gamma, beta, epsilon=0.01)
    average = tf1.assign_sub(moving, (moving - mean) * 0.1)
    update = tf1.train.GradientDescentOptimizer(0.5).minimize(mean_square(y, outputs))
    if with_updates:
        tf1.group(update, average)


@pytest.mark.parametrize("with_updates", [True, False])
def test_batch_normalisation_has_its_momentum(with_updates):
    part = porting.inspect(lambda: normalised(with_updates)).layers[0]
    momentum = 0.9 if with_updates else 1.0
    line = f'BatchNormalization(momentum={momentum}, epsilon=0.01, beta_initializer="ones")'
    assert part.keras == line
    assert ("UPDATE_OPS" in part.note) != with_updates


def test_a_layer_that_is_called_twice_has_one_line():
    def build():
        x = tf1.placeholder(tf.float32, [None, 4])
        y = tf1.placeholder(tf.float32, [None, 4])
        kernel = tf1.get_variable("kernel", [4, 4])
        hidden = tf.nn.relu(tf.matmul(x, kernel), name="first")
        outputs = tf.matmul(hidden, kernel)
        tf1.train.AdamOptimizer().minimize(mean_square(y, outputs))

    first, second = porting.inspect(build).layers
    assert first.keras == 'Dense(4, activation="relu", use_bias=False)'
    assert (second.keras, second.note) == ("", "kernel is that of first: call its layer again")


def recurrent():
    """An LSTM of TensorFlow 1 as `dynamic_rnn` builds it."""
    x = tf1.placeholder(tf.float32, [None, 4, 5], name="x")
    y = tf1.placeholder(tf.int64, [None], name="y")
    kernel = tf1.get_variable("rnn/basic_lstm_cell/kernel", [11, 24])
    bias = tf1.get_variable("rnn/basic_lstm_cell/bias", [24], initializer=tf1.zeros_initializer())
    with tf1.name_scope("rnn/"):
        steps = tf.TensorArray(tf.float32, 4).unstack(tf.transpose(x, [1, 0, 2]))
        zeros = tf.zeros([tf.shape(x)[0], 6])

        def body(time, cell, hidden):
            gates = tf.concat([steps.read(time), hidden], 1) @ kernel
            i, j, f, o = tf.split(tf.nn.bias_add(gates, bias), 4, 1)
            cell = cell * tf.sigmoid(f + 1.0) + tf.sigmoid(i) * tf.tanh(j)
            return time + 1, cell, tf.tanh(cell) * tf.sigmoid(o)

        first = tf.constant(0), zeros, zeros
        _, _, hidden = tf1.while_loop(lambda time, *_: time < 4, body, first)
    logits = tf.matmul(hidden, tf1.get_variable("last", [6, 3]))
    each = tf1.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    tf1.train.AdamOptimizer().minimize(tf.reduce_mean(each))


@pytest.mark.slow
@pytest.mark.parametrize("has_switches", [True, False])
def test_a_recurrent_cell_is_one_layer(has_switches):
    """With the control flow of old graphs, and with that of today's."""
    (tf1.disable_control_flow_v2 if has_switches else tf1.enable_control_flow_v2)()
    try:
        found = porting.inspect(recurrent)
    finally:
        tf1.enable_control_flow_v2()
    limit = str(np.float32(np.sqrt(6 / 35)))
    cell = found.layers[-2].keras
    assert cell.startswith(f"LSTM(6, kernel_initializer=RandomUniform(-{limit}")
    assert found.layers[-1].keras == "Dense(3, use_bias=False)"
    if has_switches:
        assert len(found.layers) == 2
    assert lines(found.loss) == ["SparseCategoricalCrossentropy(from_logits=True)"]


def test_the_command_shows_a_graph(tmp_path, capsys):
    with tf.Graph().as_default() as graph:
        dense(tf1.train.AdamOptimizer())()
        tf1.train.export_meta_graph(str(tmp_path / "model.meta"), graph=graph)
        with tf1.Session() as session:
            session.run(tf1.global_variables_initializer())
            tf1.train.Saver().save(session, str(tmp_path / "model"))
    name = str(tmp_path / "model.meta")
    assert cli.main(["inspect", name, "--html", str(tmp_path / "page.html")]) == 0
    text = capsys.readouterr().out
    assert "Dense(2, use_bias=False, kernel_initializer=" in text
    assert "Adam(0.001, epsilon=1e-8)" in text
    assert cli.main(["inspect", name, "--json"]) == 0
    result = Inspection.from_json(json.loads(capsys.readouterr().out))
    assert show.plain(result) == text
    assert "Dense(2" in (tmp_path / "page.html").read_text()


def test_an_unreadable_graph_is_a_sentence(tmp_path, capsys):
    (tmp_path / "x.meta").write_bytes(b"no graph")
    assert cli.main(["inspect", str(tmp_path / "x.meta")]) == 1
    assert "cannot be read as a graph" in capsys.readouterr().err
