"""Kinds of graphs as ports write them: graphs in, text out, nothing compared."""

import re

import pytest

pytestmark = pytest.mark.tensorflow

import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError
from legacy_cnn.parity import loops
from legacy_cnn.parity.references import open_reference
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import document
from legacy_cnn.porting.writing.program import program_of


@pytest.fixture(autouse=True)
def control_flow_of_tensorflow_1():
    with loops.as_in_tensorflow_1():
        yield


def text_of(build, feeds=None):
    """A port in one line."""
    with open_reference(build, {}, 0.8, 0, feeds) as side:
        text = document.text_of(document.port(program_of(Reading(side))))
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return " ".join(filter(None, lines))


def dense(x, units, name):
    return tf.matmul(x, tf.get_variable(name, [x.shape[1], units]))


def fed(*shape, batch=None):
    x = tf.placeholder(tf.float32, [batch, *shape], name="x")
    return x, tf.placeholder(tf.int64, [batch], name="y")


def trained(logits, y, rate=0.1, **more):
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    tf.train.GradientDescentOptimizer(rate).minimize(tf.reduce_mean(losses), **more)


def test_a_batch_of_one_size_is_a_batch():
    def fixed():
        x, y = fed(4, batch=16)
        squares = tf.reshape(tf.reshape(x, [-1, 4]), [16, 2, 2])
        trained(dense(tf.reshape(squares, [16, 4]), 3, "w"), y)

    text = text_of(fixed)
    assert "keras.Input((4,))" in text
    assert "layers.Reshape((2, 2))(x)" in text
    assert "layers.Flatten()" in text


def test_a_script_that_computes_in_float64():
    def build():
        x, y = (
            tf.placeholder(tf.float64, [None, size], name) for size, name in ((4, "x"), (1, "y"))
        )
        w = tf.get_variable("w", [4, 1], tf.float64)
        loss = tf.losses.mean_squared_error(y, tf.matmul(x, w))  # which is float32
        tf.train.GradientDescentOptimizer(0.1).minimize(loss)

    text = text_of(build)
    assert 'keras.config.set_floatx("float64")' in text
    assert 'keras.losses.MeanSquaredError(dtype="float32")' in text


def test_integers_that_are_drawn_as_noise():
    """A mask of zeros and ones, in evaluation, too: no dropout, as nothing is scaled."""

    def build():
        x, y = fed(4)
        mask = tf.cast(tf.random_uniform(tf.shape(x), 0, 2, tf.int32), tf.float32)
        trained(dense(x * mask, 3, "w"), y)

    text = text_of(build)
    assert "class Integers0To2(layers.Layer)" in text
    assert "keras.random.randint(ops.shape(x), 0, 2, seed=self.generator)" in text


def test_labels_in_a_list_are_flat_for_the_loss():
    def build():
        x, y = fed(4)
        labels, logits = [tf.one_hot(y, 3)], dense(x, 3, "w")
        losses = tf.nn.softmax_cross_entropy_with_logits_v2(labels=labels, logits=logits)
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(losses))

    flat = r"ops\.categorical_crossentropy\( ?ops\.reshape\(.*\(-1, 3\)\), y_pred,"
    assert re.search(flat, text_of(build))


def test_dropout_that_is_selected_in_training():
    def build():
        x, y = fed(4)
        training = tf.placeholder(tf.bool, [])
        trained(dense(tf.where_v2(training, tf.nn.dropout(x, rate=0.5), x), 3, "w"), y)

    assert "layers.Dropout(0.5)(x)" in text_of(build)


def test_a_rate_that_changes_after_some_steps():
    def build():
        x, y = fed(4)
        step = tf.train.get_or_create_global_step()
        rate = tf.train.piecewise_constant(step, [10, 20], [0.1, 0.05, 0.01])
        trained(dense(x, 3, "w"), y, rate, global_step=step)

    schedule = "keras.optimizers.schedules.PiecewiseConstantDecay([10, 20], [0.1, 0.05, 0.01])"
    assert f"keras.optimizers.SGD( {schedule} )" in text_of(build)


def test_a_loss_whose_rank_nobody_knows():
    def build():
        x, _ = fed(4)
        y = tf.placeholder(tf.float32, [None, 3], name="target")
        loss = tf.reduce_mean(tf.squeeze(tf.square(dense(x, 3, "w") - y)))
        tf.train.GradientDescentOptimizer(0.1).minimize(loss)

    assert "loss=keras.losses.MeanSquaredError()" in text_of(build)


def test_features_the_other_way_round():
    def build():
        x, y = fed(4)
        trained(dense(tf.reverse(dense(x, 3, "v"), [1]), 3, "w"), y)

    assert "ops.flip(dense, 1)" in text_of(build)


def test_the_value_of_the_action_that_was_chosen():
    def build():
        x, _ = fed(6)
        action = tf.placeholder(tf.int32, [None], name="action")
        target = tf.placeholder(tf.float32, [None], name="target")
        pairs = tf.stack([tf.range(tf.shape(action)[0]), action], 1)
        picked = tf.gather_nd(dense(x, 3, "q"), pairs)
        loss = tf.reduce_mean(tf.square(picked - target))
        tf.train.GradientDescentOptimizer(0.1).minimize(loss)

    picked = "ops.take_along_axis(y_pred, ops.expand_dims(action, -1), axis=1)[:, 0]"
    assert picked in text_of(build)


def test_a_dropout_that_is_never_off_is_a_class():
    def build():
        x, y = fed(4)
        trained(dense(tf.nn.dropout(x, rate=0.5), 3, "w"), y)

    text = text_of(build)
    assert "class AlwaysDropout(layers.Dropout):" in text
    assert "return super().call(inputs, training=True)" in text
    assert "AlwaysDropout(0.5)(x)" in text


def fused(*factors):
    """Normalises the images times some factors, with the same weights."""
    x, y = fed(8, 8, 2)
    training = tf.placeholder(tf.bool, [], name="training")
    ones, zeros = tf.ones_initializer(), tf.zeros_initializer()
    gamma, beta = tf.get_variable("g", [2], None, ones), tf.get_variable("b", [2], None, zeros)
    mean = tf.get_variable("mean", [2], None, zeros, trainable=False)
    variance = tf.get_variable("variance", [2], None, ones, trainable=False)

    def of_batch(x):
        result, m, v = tf.nn.fused_batch_norm(x, gamma, beta, epsilon=0.01)
        moved = [tf.assign_sub(mean, (mean - m) * 0.1), tf.assign_sub(variance, 0.1 * v)]
        with tf.control_dependencies(moved):
            return tf.identity(result)

    def of_averages(x):
        return tf.nn.fused_batch_norm(
            x, gamma, beta, mean=mean, variance=variance, epsilon=0.01, is_training=False
        )[0]

    def normal(x):
        return tf.cond(training, lambda: of_batch(x), lambda: of_averages(x))

    normals = [normal(tf.tanh(x)), *(normal(factor * x) for factor in factors)]
    trained(dense(tf.reshape(tf.concat(normals, 3), [-1, 128 * len(normals)]), 3, "w"), y)


def test_a_layer_that_normalises_two_inputs_is_called_again():
    text = text_of(lambda: fused(2.0))
    assert text.count("FusedBatchNormalization(momentum=0.9, epsilon=0.01)") == 1
    assert text.count("normals_layer(normals") == 2


def test_the_moving_variance_of_the_fused_operation():
    text = text_of(fused)
    assert "class FusedBatchNormalization(layers.BatchNormalization):" in text
    assert "FusedBatchNormalization(momentum=0.9, epsilon=0.01)(" in text


def test_a_momentum_that_is_chosen_by_a_switch_with_a_default():
    def build():
        x, y = fed(4)
        training = tf.placeholder_with_default(False, [], name="training")
        mean = tf.get_variable("mean", [3], trainable=False, initializer=tf.zeros_initializer())
        variance = tf.get_variable("variance", [3], trainable=False)
        h = dense(x, 3, "v")
        kept = tf.cond(training, lambda: tf.constant(0.9), lambda: tf.constant(1.0))
        m, v = tf.nn.moments(h, [0])
        updates = [
            tf.assign_sub(old, (old - new) * (1 - kept)) for old, new in ((mean, m), (variance, v))
        ]
        m, v = tf.cond(training, lambda: (m, v), lambda: (mean, variance))
        with tf.control_dependencies(updates):
            h = tf.nn.batch_normalization(h, m, v, None, None, 0.001)
        trained(dense(h, 3, "w"), y)

    assert "momentum=0.9," in text_of(build)


def moments_by_hand(x, is_training, by_formula):
    """Averages that begin with zero, and moments, in two branches."""
    ones, zeros = tf.ones_initializer(), tf.zeros_initializer()
    gamma, beta = tf.get_variable("g", [3], None, ones), tf.get_variable("b", [3], None, zeros)
    mean, variance = (tf.get_variable(n, [3], None, zeros, trainable=False) for n in ("m", "s"))

    def normal(m, v):
        if by_formula:
            return (x - m) / tf.sqrt(v + 0.01) * gamma + beta
        return tf.nn.batch_normalization(x, m, v, beta, gamma, 0.01)

    def of_batch():
        m, v = tf.nn.moments(x, [0])
        moved = [mean.assign(mean * 0.9 + m * 0.1), variance.assign(variance * 0.9 + v * 0.1)]
        with tf.control_dependencies(moved):
            return normal(m, v)

    return tf.cond(is_training, of_batch, lambda: normal(mean, variance))


@pytest.mark.parametrize("by_formula", [False, True])
def test_batches_that_are_normalised_by_hand(by_formula):
    def build():
        x, y = fed(4)
        training = tf.placeholder(tf.bool, [], name="training")
        trained(dense(moments_by_hand(dense(x, 3, "v"), training, by_formula), 3, "w"), y)

    line = 'BatchNormalization(momentum=0.9, epsilon=0.01, moving_variance_initializer="zeros")'
    text = text_of(build)
    assert line in text.replace("( ", "(").replace(" )", ")").replace(", )", ")")
    assert "class" not in text


def test_what_a_shift_begins_with():
    def build():
        x, y = fed(4)
        mean, variance = tf.nn.moments(x, [0])
        shift = tf.Variable(tf.constant(0.1, shape=[4]), name="shift")
        x = tf.nn.batch_normalization(x, mean, variance, shift, None, 0.001)
        trained(dense(x, 3, "w"), y)

    assert "beta_initializer=keras.initializers.Constant(0.1)" in text_of(build)


def test_noise_that_is_one_draw_for_all_examples():
    def build():
        x, y = fed(4)
        trained(dense(x + 0.1 * tf.random_normal([4]), 3, "w"), y)

    text = text_of(build)
    assert "keras.random.normal(ops.shape(x)[1:], seed=self.generator)" in text
    assert "GaussianNoise" not in text


def test_examples_that_are_normalised_by_hand():
    def build():
        x, y = fed(4)
        mean, variance = tf.nn.moments(x, [1], keepdims=True)
        gain = tf.get_variable("gain", [4], initializer=tf.ones_initializer())
        trained(dense(gain * (x - mean) * tf.rsqrt(variance + 0.01), 3, "w"), y)

    text = text_of(build)
    assert "layers.LayerNormalization(epsilon=0.01, center=False)(x)" in text


def averaged(x, y, is_ordered, num_updates=None):
    average = tf.train.ExponentialMovingAverage(0.9, num_updates)
    w = tf.get_variable("w", [4, 3])
    logits = tf.matmul(x, w)
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    step = tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(losses), num_updates)
    with tf.control_dependencies([step] if is_ordered else []):
        moved = average.apply([w])
    tf.group(step, moved, name="train")
    return logits, tf.matmul(x, average.average(w))


def test_moving_averages_of_weights():
    def build():
        averaged(*fed(4), True, tf.train.get_or_create_global_step())

    text = text_of(build)
    assert "model = Averaged(x, logits)" in text
    assert "logs = super().train_step(data) step = self.optimizer.iterations share = 1.0" in text
    assert "average.assign_sub(share * (average - weight)) return logs" in text


def test_an_evaluation_by_moving_averages_of_weights():
    def build():
        raw, average = averaged(*fed(4), True)
        is_training = tf.placeholder_with_default(False, [], name="is_training")
        tf.where(is_training, raw, average)

    text = text_of(build)
    assert "averaged = keras.models.clone_model(keras.Model(inputs, outputs))" in text
    assert "average.assign_sub(0.1 * (average - weight))" in text


def test_averages_that_do_not_wait_for_the_weights_are_refused():
    with pytest.raises(ParityError, match=r"is a matter of chance: let .* wait for it"):
        text_of(lambda: averaged(*fed(4), False))


def test_a_rate_of_a_step_that_is_fed():
    def build():
        x, y = fed(4)
        step = tf.placeholder(tf.int32, [], name="step")
        rate = 0.01 + tf.train.exponential_decay(0.1, step, 200, 0.5)
        trained(dense(x, 3, "w"), y, rate)

    text = text_of(build, {"step": (200, 0)})
    assert "optimizer=keras.optimizers.SGD(0.06)" in text


def test_a_convolution_with_holes():
    def build():
        x, y = fed(8, 8, 1)
        kernel, bias = tf.get_variable("k", [3, 3, 1, 2]), tf.get_variable("b", [2])
        h = tf.nn.relu(tf.nn.atrous_conv2d(x, kernel, 2, "SAME") + bias)
        trained(dense(tf.reshape(h, [-1, 128]), 3, "w"), y)

    text = text_of(build)
    line = 'layers.Conv2D( 2, 3, padding="same", dilation_rate=2, activation="relu"'
    assert line in text or line.replace("( ", "(") in text


def test_a_decoder_with_the_kernels_of_its_encoder():
    def build():
        x = tf.placeholder(tf.float32, [None, 8, 8, 1], name="x")
        kernel = tf.get_variable("kernel", [3, 3, 1, 4])
        code = tf.nn.relu(tf.nn.conv2d(x, kernel, [1, 2, 2, 1], "SAME"))
        shape = tf.stack([tf.shape(x)[0], 8, 8, 1])
        again = tf.nn.conv2d_transpose(code, kernel, shape, [1, 2, 2, 1])
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(again - x)))

    text = text_of(build)
    assert 'ops.conv_transpose(x, kernel, strides=2, padding="same")' in text
    assert "again = ConvTranspose()(code, code_layer.kernel)" in text


@pytest.mark.parametrize(
    ("size", "padding", "said"),
    [(7, "SAME", "output_padding=0"), (8, "SAME", ""), (10, "VALID", "output_padding=1")],
)
def test_a_transposed_convolution_of_an_odd_size(size, padding, said):
    def build():
        x = tf.placeholder(tf.float32, [None, size, size, 1], name="x")
        code = tf.placeholder(tf.float32, [None, 4, 4, 3], name="code")
        kernel = tf.get_variable("kernel", [3, 3, 1, 3])
        shape = tf.stack([tf.shape(x)[0], size, size, 1])
        again = tf.nn.conv2d_transpose(code, kernel, shape, [1, 2, 2, 1], padding)
        tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(again - x)))

    text = text_of(build)
    assert "layers.Conv2DTranspose(" in text
    assert said in text if said else "output_padding" not in text


def by_hand(x, y, decays):
    """Momentum, and a decay of kernels, written out."""
    kernel, bias = tf.get_variable("kernel", [4, 3]), tf.get_variable("bias", [3])
    logits = tf.matmul(x, kernel) + bias
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
    updates = []
    for variable in (kernel, bias):
        [gradient] = tf.gradients(tf.reduce_mean(losses), [variable])
        name = f"{variable.op.name}/momentum"
        m = tf.get_variable(name, variable.shape, None, tf.zeros_initializer(), trainable=False)
        new = 0.9 * m + gradient
        step = new + 0.01 * variable if decays and variable is kernel else new
        updates += [m.assign(new), variable.assign_sub(0.1 * step)]
    tf.group(*updates, name="train")


def test_updates_by_hand_are_an_optimizer():
    text = text_of(lambda: by_hand(*fed(4), decays=False))
    assert "optimizer=Updates(learning_rate=1.0)" in text
    body = text.partition("learning_rate): ")[2].partition(" def build_model")[0]
    assert "new = 0.9 * m + gradient" in body and "m.assign(new)" in body
    assert "variable.assign(new_variable)" in body and "if" not in body


def test_updates_by_hand_of_kernels_and_of_biases():
    text = text_of(lambda: by_hand(*fed(4), decays=True))
    body = text.partition("learning_rate): ")[2].partition(" def build_model")[0]
    assert body.count("0.01 * variable") == 1
    assert "if len(variable.shape) > 1:" in body


def test_what_changes_weights_beside_their_optimizer_is_refused():
    def build():
        x, y = fed(4)
        trained(dense(x, 3, "w"), y)
        train = tf.get_default_graph().get_operation_by_name("GradientDescent")
        [variable] = tf.trainable_variables()
        with tf.control_dependencies([train]):
            tf.group(variable.assign_sub(0.01 * variable), name="train")

    with pytest.raises(ParityError, match=r"changes a weight that .* trains in the same step"):
        text_of(build)


def test_activations_by_hand_are_layers():
    def build():
        x, y = fed(4)
        h = dense(x, 3, "u")
        h = dense(0.6 * h + 0.4 * tf.abs(h), 3, "v")
        h = dense(tf.maximum(h, 0.1 * h), 3, "w")
        trained(dense(h * tf.sigmoid(h), 3, "last"), y)

    text = text_of(build)
    for layer in ("LeakyReLU(negative_slope=0.2)", "LeakyReLU(negative_slope=0.1)"):
        assert f"layers.{layer}" in text
    assert 'layers.Activation("silu")' in text
    assert "Rescaling" not in text and "ops." not in text


def test_leaky_rectifiers_of_convolutions_keep_their_gradient_at_zero():
    def build():
        x, y = fed(6, 6, 1)
        h = convolved(x, "a")
        h = convolved(tf.maximum(h, 0.2 * h), "b")
        h = convolved(tf.maximum(0.3 * h, h), "c")
        h = convolved(0.6 * h + 0.4 * tf.abs(h), "d")
        trained(dense(tf.reshape(h, [-1, 36]), 3, "w"), y)

    def convolved(x, name):
        kernel = tf.get_variable(name, [3, 3, 1, 1])
        return tf.nn.conv2d(x, kernel, [1, 1, 1, 1], "SAME")

    text = text_of(build)
    assert "return ops.maximum(inputs, self.negative_slope * inputs)" in text
    assert " = LeakyMaximum(negative_slope=0.2)(" in text
    assert "layers.LeakyReLU(negative_slope=0.3)" in text  # its gradient at 0 is 0.3, too
    assert " = LeakyAbs(negative_slope=0.2)(" in text


def test_weights_of_one_kind_are_one_class():
    def build():
        x, y = fed(4)
        h = x * tf.get_variable("first", [4], initializer=tf.ones_initializer())
        h = tf.nn.relu(dense(h, 3, "v"))
        h = h * tf.get_variable("second", [3], initializer=tf.ones_initializer())
        trained(dense(h, 3, "w"), y)

    text = text_of(build)
    assert text.count("(layers.Layer)") == 1
    assert "shape=input_shape[-1:]" in text
    assert text.count(" = Scale()(") == 2


def test_what_changes_nothing_is_not_written():
    def build():
        x, _ = fed(4)
        noise = tf.random_normal(tf.shape(x))  # of mean 0 and deviation 1
        loss = tf.reduce_sum((dense(x + 0.1 * noise, 4, "w") - x) ** 2.0)
        tf.train.GradientDescentOptimizer(0.1).minimize(loss)

    text = text_of(build)
    assert "+ 0" not in text
    assert "** 2" not in text and "ops.square(" in text


def test_rows_of_an_embedding_that_adam_writes_out_are_adams():
    def build():
        words = tf.placeholder(tf.int32, [None, 2], name="words")
        y = tf.placeholder(tf.int64, [None], name="y")
        table = tf.get_variable("table", [9, 3])
        h = tf.reshape(tf.nn.embedding_lookup(table, words), [-1, 6])
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=dense(h, 3, "w"))
        tf.train.AdamOptimizer(0.01).minimize(tf.reduce_mean(losses))

    assert "optimizer=keras.optimizers.Adam(0.01, epsilon=1e-8)" in text_of(build)


def test_rows_of_an_embedding_are_adams_where_the_optimizer_lies_in_a_scope():
    def build():
        words = tf.placeholder(tf.int32, [None, 2], name="words")
        y = tf.placeholder(tf.int64, [None], name="y")
        with tf.variable_scope("model"):
            table = tf.get_variable("table", [9, 3])
            h = tf.reshape(tf.nn.embedding_lookup(table, words), [-1, 6])
            logits = dense(h, 3, "w")
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
            tf.train.AdamOptimizer(0.01).minimize(tf.reduce_mean(losses))

    assert "optimizer=keras.optimizers.Adam(0.01, epsilon=1e-8)" in text_of(build)


def test_a_logistic_loss_of_logits_of_unknown_shape_is_a_function_of_keras():
    def build():
        x, _ = fed(4)
        h = x * tf.placeholder_with_default(1.0, shape=None, name="share")
        w = tf.get_variable("w", [4, 4])
        losses = tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=tf.matmul(h, w))
        tf.train.AdamOptimizer(0.01).minimize(tf.reduce_mean(tf.reduce_sum(losses, 1)))

    assert "ops.binary_crossentropy(" in text_of(build, {"share": (1.0, 1.0)})


def test_a_mask_that_makes_nothing_larger():
    def build():
        x, y = fed(4)
        rate = tf.placeholder_with_default(0.0, shape=(), name="rate")
        mask = tf.cast(tf.random_uniform(tf.shape(x)) >= rate, tf.float32)
        trained(dense(x * mask, 3, "w"), y)

    text = text_of(build, {"rate": (0.25, 0.0)})
    assert "class UnscaledDropout(layers.Dropout):" in text
    assert "UnscaledDropout(0.25)(x)" in text
