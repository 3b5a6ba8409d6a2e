"""Training as ports write it: graphs in, text out."""

import inspect

import pytest

pytestmark = pytest.mark.tensorflow

import tensorflow.compat.v1 as tf

from legacy_cnn import porting
from legacy_cnn.parity.references import open_reference
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import document
from legacy_cnn.porting.writing.program import program_of


def text_of(build, feeds=None):
    with open_reference(build, {}, 0.8, 0, feeds) as side:
        return document.text_of(document.port(program_of(Reading(side))))


def dense(x, units, name):
    w = tf.get_variable(f"{name}_w", [x.shape[1], units])
    return tf.matmul(x, w, name=name)


def several_labels():
    x = tf.placeholder(tf.float32, [None, 4], name="state")
    action = tf.placeholder(tf.float32, [None, 2], name="action")
    target = tf.placeholder(tf.float32, [None], name="target")
    q = tf.reduce_sum(dense(x, 2, "q") * action, axis=1)
    tf.train.AdamOptimizer(0.01).minimize(tf.reduce_mean(tf.square(target - q)))


def test_a_loss_of_several_labels_is_a_method():
    text = text_of(several_labels)
    assert "def compute_loss(self, x=None, y=None, y_pred=None" in text
    assert "action, target = y\n" in text
    assert "model.compile(optimizer=keras.optimizers.Adam(0.01, epsilon=1e-8))" in text


def two_outputs():
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    kind = tf.placeholder(tf.int64, [None], name="kind")
    age = tf.placeholder(tf.float32, [None, 1], name="age")
    logits, guess = dense(x, 5, "kinds"), dense(x, 1, "ages")
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=kind, logits=logits)
    loss = tf.reduce_mean(losses) + 0.5 * tf.reduce_mean(tf.square(age - guess))
    tf.train.GradientDescentOptimizer(0.1).minimize(loss)


def test_each_output_has_its_loss_and_weight():
    text = " ".join(text_of(two_outputs).split())
    assert "keras.losses.SparseCategoricalCrossentropy(from_logits=True)" in text
    assert "loss_weights=[1.0, 0.5]" in text
    assert "compute_loss" not in text


def two_optimizers():
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    y = tf.placeholder(tf.float32, [None, 1], name="y")
    z = dense(tf.nn.relu(dense(x, 3, "deep")), 1, "wide")
    loss = tf.reduce_mean(tf.square(y - z))
    first, second = tf.trainable_variables()
    tf.group(
        tf.train.AdagradOptimizer(0.1).minimize(loss, var_list=[first]),
        tf.train.GradientDescentOptimizer(0.1).minimize(loss, var_list=[second]),
    )


def test_several_optimizers_have_a_step_of_their_own():
    text = text_of(two_optimizers)
    assert "def compile(self, adagrad, sgd):" in text
    assert "def train_step(self, data):" in text
    assert "with tf.GradientTape(persistent=True) as tape:" in text


def adversaries(is_shared=False):
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    z = tf.placeholder(tf.float32, [None, 2], name="z")
    with tf.variable_scope("generator"):
        sample = dense(z, 4, "sample")
    with tf.variable_scope("critic", reuse=tf.AUTO_REUSE):
        real, fake = dense(x, 1, "real"), dense(sample, 1, "real")
    crossing = tf.nn.sigmoid_cross_entropy_with_logits
    d_loss = tf.reduce_mean(crossing(labels=tf.ones_like(real), logits=real))
    d_loss += tf.reduce_mean(crossing(labels=tf.zeros_like(fake), logits=fake))
    g_loss = tf.reduce_mean(crossing(labels=tf.ones_like(fake), logits=fake))
    optimizer = tf.train.AdamOptimizer(0.01) if is_shared else None
    for name, loss in (("critic", d_loss), ("generator", g_loss)):
        own = tf.trainable_variables(name)
        (optimizer or tf.train.AdamOptimizer(0.01)).minimize(loss, var_list=own)


def test_logistic_losses_are_those_of_keras():
    text = text_of(adversaries)
    assert "ops.binary_crossentropy(ops.ones_like(real), real, from_logits=True)" in text
    assert "log1p" not in text


def test_an_optimizer_of_two_losses_counts_the_updates_of_both(tmp_path):
    """Adam in TensorFlow 1 has the powers of its betas once."""

    def sharing():
        adversaries(is_shared=True)

    result = porting.port(sharing, tmp_path / "port", quick=True, steps=2)
    text = (tmp_path / "port" / "port.py").read_text()
    assert text.count("keras.optimizers.Adam(") == 1 and text.count("self.optimizer.apply(") == 2
    assert result.report.first is None
    assert text_of(adversaries).count("keras.optimizers.Adam(") == 2


def test_layers_that_a_step_finds_have_the_names_of_their_networks():
    text = text_of(adversaries)
    assert 'layers_of_adam = ("critic_dense",)' in text
    assert 'layers_of_adam_2 = ("generator_sample",)' in text


def activated_twice(activation, loss):
    """A softmax, or a sigmoid, whose probabilities a loss takes for logits."""

    def build():
        x = tf.placeholder(tf.float32, [None, 4], name="x")
        y = tf.placeholder(tf.float32, [None, 3], name="y")
        probabilities = activation(dense(x, 3, "layer"))
        losses = loss(labels=y, logits=probabilities)
        tf.train.GradientDescentOptimizer(0.5).minimize(tf.reduce_mean(losses))

    return build


def test_probabilities_that_a_loss_takes_for_logits_are_activated_twice(tmp_path):
    """Keras' losses leave the activation out that comes before them."""
    build = activated_twice(tf.nn.softmax, tf.nn.softmax_cross_entropy_with_logits)
    result = porting.port(build, tmp_path / "port", quick=True)
    assert result.report.first is None
    assert "ops.copy(y_pred)" in (tmp_path / "port" / "port.py").read_text()
    for loss in (tf.nn.softmax_cross_entropy_with_logits, tf.nn.sigmoid_cross_entropy_with_logits):
        assert "ops.copy(y_pred)" in text_of(activated_twice(tf.nn.sigmoid, loss))


def by_hand():
    """A loss on several lines, and a layer that a function assigns with something else."""

    def layer(x):
        logits, size = dense(x, 3, "layer"), 3
        return logits, size

    x = tf.placeholder(tf.float32, [None, 4], name="x")
    y = tf.placeholder(tf.float32, [None, 3], name="y")
    output = dense(layer(x)[0], 3, "output")
    cross_entropy = tf.reduce_mean(
        -tf.reduce_sum(
            y * tf.log(tf.nn.softmax(output)),
            axis=1,
        )
    )
    tf.train.GradientDescentOptimizer(0.5).minimize(cross_entropy)


def test_a_statement_on_several_lines_is_one():
    text = text_of(by_hand)
    assert "    return ops.mean(-ops.sum(y_true * ops.log(y_pred), axis=1))" in text


def test_a_comment_names_the_innermost_assignment():
    lines = inspect.getsourcelines(by_hand)
    number = lines[1] + next(at for at, line in enumerate(lines[0]) if "logits, size" in line)
    text = text_of(by_hand)
    assert f"layers.Dense(3, use_bias=False)(x)  # test_port_training.py:{number}" in text


def of_a_helper():
    def layer(x, name):
        outputs = dense(x, 3, name)
        outputs = tf.nn.relu(outputs)
        return outputs

    x = tf.placeholder(tf.float32, [None, 3], name="x")
    first = layer(x, "first")
    second = layer(first, "second")
    tf.train.GradientDescentOptimizer(0.5).minimize(tf.reduce_mean(tf.square(x - second)))


def test_what_a_helper_returns_has_the_name_that_its_callers_give_it():
    text = text_of(of_a_helper)
    assert 'first = layers.Dense(3, activation="relu", use_bias=False)(x)' in text
    assert 'second = layers.Dense(3, activation="relu", use_bias=False)(first)' in text


def gained():
    """The second loss is made in its optimizer's line."""
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    one, other = dense(x, 1, "one"), dense(x, 1, "other")
    first, second = tf.trainable_variables()
    loss, gain = tf.reduce_mean(tf.square(one)), tf.reduce_mean(other - tf.square(other))
    training = [tf.train.AdamOptimizer(0.01).minimize(loss, var_list=[first])]
    training_b = tf.train.AdamOptimizer(0.01).minimize(-gain, var_list=[second])
    training.append(training_b)


def test_a_loss_has_not_the_name_of_its_optimizer():
    text = text_of(gained)
    compiled = text.partition("def compile(self, ")[2].partition(")")[0].split(", ")
    assert len(compiled) == 2 and "def loss_2(self, x, y, y_pred):" in text
    assert not any(f"def {name}(" in text for name in compiled)


def flat_normalisation():
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    y = tf.placeholder(tf.float32, [None, 3], name="y")
    images = tf.reshape(dense(x, 3, "h"), [-1, 1, 1, 3])
    scale, shift = tf.get_variable("gamma", [3]), tf.get_variable("beta", [3])
    normal, *_ = tf.nn.fused_batch_norm(images, scale, shift)
    h = tf.nn.relu(tf.reshape(normal, [-1, 3]))
    tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(h - y)))


def test_flat_features_are_normalised_as_they_are():
    text = text_of(flat_normalisation)
    assert "BatchMoments(" in text  # the operation is in training always
    assert "Reshape" not in text and "ops.reshape" not in text


def descent_by_hand():
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    y = tf.placeholder(tf.float32, [None, 1], name="y")
    w = tf.get_variable("w", [4, 1])
    loss = tf.reduce_mean(tf.square(tf.matmul(x, w) - y))
    (gradient,) = tf.gradients(loss, [w])
    tf.assign(w, w - 0.1 * gradient)


def test_a_weight_that_is_assigned_itself_less_its_gradient_is_descent():
    assert "optimizer=keras.optimizers.SGD(0.1)" in text_of(descent_by_hand)


def rows_of_a_table(minimized):
    x = tf.placeholder(tf.int32, [None], name="x")
    y = tf.placeholder(tf.float32, [None], name="y")
    rows = tf.nn.embedding_lookup(tf.get_variable("table", [40, 4]), x)
    minimized(tf.reduce_mean(tf.square(tf.reduce_sum(rows, 1) - y)))


def test_a_momentum_of_rows_moves_only_those_that_are_read():
    optimizer = tf.train.MomentumOptimizer

    text = text_of(lambda: rows_of_a_table(lambda loss: optimizer(0.1, 0.9).minimize(loss)))
    assert "optimizer=SparseMomentum(0.1, momentum=0.9)" in text
    assert "rate * momentum, 0.0))" in text
    assert "layers.Embedding(" in text and "class Table" not in text  # which has no rows apart

    def nesterov(loss):
        optimizer(0.1, 0.9, use_nesterov=True).minimize(loss)

    text = text_of(lambda: rows_of_a_table(nesterov))
    assert "rate * (gradient + self.momentum * momentum), 0.0))" in text


@pytest.mark.parametrize("name", ["RMSProp", "Ftrl", "Adadelta"])
def test_rows_that_are_not_read_are_left_alone(name, tmp_path):
    def rows():
        optimizer = getattr(tf.train, f"{name}Optimizer")(0.1)
        rows_of_a_table(optimizer.minimize)

    assert porting.port(rows, tmp_path / "port").verdict == "same"
    text = (tmp_path / "port/port.py").read_text()
    assert "self.is_read = ops.reshape(is_read, " in text and "class Table" not in text


def in_pairs():
    """A net that judges two, whose results have their names in one statement."""
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    z = tf.placeholder(tf.float32, [None, 4], name="z")

    def judged(of):
        with tf.variable_scope("judge", reuse=tf.AUTO_REUSE):
            return tf.matmul(of, tf.get_variable("w", [4, 1]))

    right, wrong = judged(x), judged(z)
    tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(right) - wrong))


def test_results_without_a_name_are_called_like_what_returns_them():
    with open_reference(in_pairs, {}, 0.8, 0) as side:
        text = document.text_of(document.port(program_of(Reading(side))))
    assert "    judged = judged_layer(x)" in text and "    judged_2 = judged_layer(z)" in text


def annealed():
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    share = {"of_l1": tf.placeholder(tf.float32, shape=(), name="share")}
    h = dense(x, 4, "h")
    losses = tf.square(h - x) + share["of_l1"] * tf.abs(h)
    tf.train.AdamOptimizer(0.01).minimize(tf.reduce_mean(losses))


def test_a_number_that_is_fed_to_the_loss_is_a_constant_there():
    text = text_of(annealed, {"share": (0.25, 0.25)})
    assert "share = 0.25  # test_port_training.py:" in text and "the script feeds it" in text
    assert "share * ops.abs(" in text


def weighed_tasks():
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    kind = tf.placeholder(tf.int64, [None], name="kind")
    age = tf.placeholder(tf.float32, [None, 1], name="age")
    logits, guess = dense(x, 5, "kinds"), dense(x, 1, "ages")
    share = tf.get_variable("share", [], initializer=tf.constant_initializer(-3.0))
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=kind, logits=logits)
    loss = tf.exp(-share) * tf.reduce_mean(losses) + tf.reduce_mean(tf.square(age - guess))
    tf.train.AdamOptimizer(0.01).minimize(loss + 0.5 * share)


def test_a_weight_that_only_the_loss_has_is_one_of_the_model():
    text = " ".join(text_of(weighed_tasks).split())
    assert 'self.share = self.add_weight( name="share", shape=(), initializer=' in text
    assert "ops.exp(-self.share) * " in text and "0.5 * self.share" in text
