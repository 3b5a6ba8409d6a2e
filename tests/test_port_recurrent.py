"""Ports of recurrent layers: a graph in, the text of a port out; and a whole comparison."""

import pytest
import tensorflow as tf
import tensorflow.compat.v1 as tf1

from legacy_cnn import porting
from legacy_cnn.parity import loops
from legacy_cnn.parity.references import open_reference
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import document
from legacy_cnn.porting.writing.program import program_of

pytestmark = pytest.mark.tensorflow


@pytest.fixture(autouse=True)
def control_flow_of_tensorflow_1():
    with loops.as_in_tensorflow_1():
        yield


def written(reference):
    """A port in one line, without comments."""
    with open_reference(reference, {}, 0.8, 0) as side:
        text = document.text_of(document.port(program_of(Reading(side))))
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return " ".join(filter(None, lines))


def calls(reference):
    """What `build_model` calls."""
    inside = written(reference).partition("def build_model(): ")[2]
    return inside.partition(" model = ")[0]


def placeholders(units=3, steps=4, size=2):
    x = tf1.placeholder(tf.float32, [None, steps, size], name="x")
    return x, tf1.placeholder(tf.float32, [None, units], name="y")


def variables(rows, columns, name="rnn"):
    kernel = tf1.get_variable(f"{name}/kernel", [rows, columns])
    zeros = tf1.zeros_initializer()
    return kernel, tf1.get_variable(f"{name}/bias", [columns], initializer=zeros)


def lstm(x, states, kernel, bias, forget=1.0):
    cell, hidden = states
    gates = tf.nn.bias_add(tf.concat([x, hidden], 1) @ kernel, bias)
    i, j, f, o = tf.split(gates, 4, 1)
    cell = cell * tf.sigmoid(f + forget) + tf.sigmoid(i) * tf.tanh(j)
    return cell, tf.tanh(cell) * tf.sigmoid(o)


def gru(x, hidden, gates, candidate):
    r, u = tf.split(tf.sigmoid(tf.concat([x, hidden], 1) @ gates[0] + gates[1]), 2, 1)
    new = tf.tanh(tf.concat([x, r * hidden], 1) @ candidate[0] + candidate[1])
    return u * hidden + (1 - u) * new


def trained(output, y, units=3):
    output = output @ tf1.get_variable("last", [units, 3])
    tf1.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(output - y)))


def looped(x, body, states, units):
    """What `dynamic_rnn` makes: all outputs, and the states after the last."""
    steps = x.shape[1]
    parts = tf.TensorArray(tf.float32, steps).unstack(tf.transpose(x, [1, 0, 2]))
    array = tf.TensorArray(tf.float32, steps, element_shape=[None, units])

    def step(time, array, *states):
        output, states = body(time, parts.read(time), states)
        return time + 1, array.write(time, output), *states

    first = tf.constant(0), array, *states
    _, array, *states = tf1.while_loop(lambda time, *_: time < steps, step, first)
    return tf.transpose(array.stack(), [1, 0, 2]), states


def zeros(x, units):
    return tf.zeros([tf.shape(x)[0], units])


def loop_of_lstm():
    x, y = placeholders()
    kernel = variables(5, 12)

    def body(time, x, states):
        states = lstm(x, states, *kernel)
        return states[1], states

    outputs, _ = looped(x, body, [zeros(x, 3), zeros(x, 3)], 3)
    trained(outputs[:, -1], y)


def ended_early(x, wrapped=tf.identity):
    """An LSTM of `dynamic_rnn` with lengths: its outputs, its last state, and the lengths."""
    lengths = tf1.placeholder(tf.int32, [None], name="lengths")
    kernel = variables(5, 12)

    def body(time, x, states):
        ended = time >= lengths
        after = lstm(x, states, *kernel)
        kept = [tf1.where(ended, old, new) for old, new in zip(states, after, strict=True)]
        output = wrapped(after[1])
        return tf1.where(ended, tf.zeros_like(output), output), kept

    outputs, (_, hidden) = looped(x, body, [zeros(x, 3), zeros(x, 3)], 3)
    return outputs, hidden, lengths


def test_the_last_output_of_a_loop():
    limit = str(tf.sqrt(6 / 17).numpy())
    initializer = f"keras.initializers.RandomUniform(-{limit}, {limit})"
    assert calls(loop_of_lstm) == (
        f"x = keras.Input((4, 2)) output = layers.LSTM( 3, kernel_initializer={initializer}, "
        f"recurrent_initializer={initializer}, )(x) "
        "output = layers.Dense(3, use_bias=False)(output)"
    )


def test_sequences_that_end_earlier():
    def masked():
        x, y = placeholders()
        outputs, hidden, _ = ended_early(x)
        trained(hidden + tf.reduce_sum(outputs, 1), y)

    text = calls(masked)
    assert "mask = ops.expand_dims(lengths, 1) > ops.arange(4)" in text
    assert (
        "return_sequences=True, return_state=True, zero_output_for_mask=True, )(x, mask=mask)"
        in text
    )


def test_the_last_steps_of_sequences_are_the_state():
    def relevant():
        x, y = placeholders()
        lengths = tf1.placeholder(tf.int32, [None], name="lengths")
        kernel, bias = variables(5, 3)
        hidden, outputs = zeros(x, 3), []
        for time, part in enumerate(tf.unstack(x, axis=1)):
            ended = time >= lengths
            after = tf.tanh(tf.concat([part, hidden], 1) @ kernel + bias)
            outputs.append(tf1.where(ended, tf.zeros_like(after), after))
            hidden = tf1.where(ended, hidden, after)
        outputs = tf.stack(outputs, 1)
        index = tf.range(tf.shape(outputs)[0]) * 4 + (lengths - 1)
        trained(tf.gather(tf.reshape(outputs, [-1, 3]), index), y)

    text = calls(relevant)
    assert ")(x, mask=mask)" in text
    assert "return_sequences" not in text and "ops.take" not in text


def test_a_chain_of_cells_is_a_layer():
    def unrolled():
        x, y = placeholders()
        gates, candidate = variables(5, 6, "gates"), variables(5, 3, "candidate")
        hidden = zeros(x, 3)
        for part in tf.unstack(x, axis=1):
            hidden = gru(part, hidden, gates, candidate)
        trained(hidden, y)

    text = calls(unrolled)
    assert text.count("layers.") == 2
    assert "reset_after=False, )(x)" in text
    assert "kernel_initializer=Gates(" in text


def test_dropout_of_each_step_is_one_layer():
    def dropped():
        x, y = placeholders()
        kernel, bias = variables(5, 3)
        hidden, outputs = zeros(x, 3), []
        for part in tf.unstack(x, axis=1):
            hidden = tf.tanh(tf.concat([part, hidden], 1) @ kernel + bias)
            outputs.append(tf1.nn.dropout(hidden, rate=0.25))
        trained(tf.reduce_sum(tf.stack(outputs, 1), 1), y)

    text = calls(dropped)
    assert text.count("Dropout") == 1
    assert "AlwaysDropout(0.25)(outputs)" in text


def test_outputs_that_are_dropped_before_they_are_padded():
    """`DropoutWrapper` in `dynamic_rnn` with lengths, and the output of each last step."""

    def masked():
        x, y = placeholders()
        outputs, _, lengths = ended_early(x, lambda output: tf1.nn.dropout(output, rate=0.25))
        places = tf.range(tf.shape(x)[0]) * 4 + (lengths - 1)
        trained(tf.gather(tf.reshape(outputs, [-1, 3]), places), y)

    text = calls(masked)
    assert "zero_output_for_mask=True, )(x, mask=mask)" in text
    assert "AlwaysDropout(0.25)(outputs)" in text
    assert "ops.take_along_axis(outputs, ops.reshape(lengths - 1, (-1, 1, 1)), axis=1)[:, 0]" in (
        text.replace("dropped", "outputs").replace("outputs_2", "outputs")
    )


def test_layers_above_each_other():
    def stacked():
        x, y = placeholders()
        kernels = variables(5, 3, "one"), variables(6, 3, "two")
        states = [zeros(x, 3), zeros(x, 3)]
        for part in tf.unstack(x, axis=1):
            for at, (kernel, bias) in enumerate(kernels):
                states[at] = part = tf.tanh(tf.concat([part, states[at]], 1) @ kernel + bias)
        trained(states[1], y)

    text = calls(stacked)
    assert text.count("layers.SimpleRNN(") == 2
    assert text.count("return_sequences=True") == 1


def test_a_dense_layer_of_each_step():
    def tagged():
        x = tf1.placeholder(tf.float32, [None, 4, 2], name="x")
        y = tf1.placeholder(tf.int32, [None, 4], name="y")
        kernel = variables(5, 3)

        def body(time, x, states):
            hidden = tf.tanh(tf.concat([x, states[0]], 1) @ kernel[0] + kernel[1])
            return hidden, [hidden]

        outputs, _ = looped(x, body, [zeros(x, 3)], 3)
        w = tf1.get_variable("w", [3, 6])
        logits = tf.reshape(tf.reshape(outputs, [-1, 3]) @ w, [-1, 4, 6])
        each = tf1.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
        tf1.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(each))

    text = calls(tagged)
    assert "return_sequences=True" in text
    assert "reshape" not in text
    assert text.endswith("layers.Dense(6, use_bias=False)(outputs)")


def test_a_loop_that_takes_its_steps_by_their_numbers():
    def counted():
        x, y = placeholders()
        lengths = tf1.placeholder(tf.int32, [None], name="lengths")
        kernel = variables(5, 12)
        steps = tf.transpose(x, [1, 0, 2])

        def step(time, *states):
            runs = tf.tile(tf.expand_dims(time < lengths, 1), [1, 3])
            after = lstm(steps[time], states, *kernel)
            kept = [tf1.where(runs, new, old) for new, old in zip(after, states, strict=True)]
            return time + 1, *kept

        first = tf.constant(0), zeros(x, 3), zeros(x, 3)
        trained(tf.while_loop(lambda time, *_: time < 4, step, first)[2], y)

    text = calls(counted)
    assert "mask = ops.expand_dims(lengths, 1) > ops.arange(4)" in text
    assert "layers.LSTM(" in text and ")(x, mask=mask)" in text


def test_steps_that_were_cut_out_of_time_and_batch_in_one_axis():
    def split():
        x, y = placeholders()
        rows = tf.reshape(tf.transpose(x, [1, 0, 2]), [-1, 2])
        trained(passed(tf.split(rows, 4), "rnn")[-1], y)

    text = calls(split)
    assert ")(x)" in text
    assert "transpose" not in text and "reshape" not in text


def passed(parts, name):
    kernel, bias = variables(parts[0].shape[1] + 3, 3, name)
    hidden, outputs = tf.zeros([tf.shape(parts[0])[0], 3]), []
    for part in parts:
        hidden = tf.tanh(tf.concat([part, hidden], 1) @ kernel + bias)
        outputs.append(hidden)
    return outputs


def test_chains_in_both_directions():
    def both_ways():
        x, y = placeholders()
        parts = tf.unstack(x, axis=1)
        forward, backward = passed(parts, "forward"), passed(parts[::-1], "backward")[::-1]
        joined = [tf.concat(pair, 1) for pair in zip(forward, backward, strict=True)]
        trained(passed(joined, "above")[-1], y)

    text = calls(both_ways)
    assert "go_backwards=True, )(x)" in text
    assert "(ops.concatenate([outputs, ops.flip(outputs_2, 1)], axis=-1))" in text


def test_a_decoder_that_takes_its_own_outputs_is_called_step_by_step():
    def fed_back():
        x, y = placeholders()
        kernel, bias = variables(8, 3)
        hidden = before = tf.zeros([tf.shape(x)[0], 3])
        for part in tf.unstack(x, axis=1):
            entering = tf.concat([part, tf.square(before)], 1)
            hidden = before = tf.tanh(tf.concat([entering, hidden], 1) @ kernel + bias)
        trained(hidden, y)

    text = calls(fed_back)
    assert "SimpleRNN" not in text
    assert 'layers.Dense(3, activation="tanh")' in text


def test_the_loss_of_real_words_only():
    def masked():
        x = tf1.placeholder(tf.float32, [None, 4, 2], name="x")
        y = tf1.placeholder(tf.int32, [None, 4], name="y")
        lengths = tf1.placeholder(tf.int32, [None], name="lengths")
        logits = tf.tensordot(x, tf1.get_variable("w", [2, 6]), 1)
        each = tf1.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=logits)
        loss = tf.reduce_mean(tf.boolean_mask(each, tf.sequence_mask(lengths, 4)))
        tf1.train.GradientDescentOptimizer(0.1).minimize(loss)

    assert (
        'weights = ops.cast(ops.arange(4) < ops.expand_dims(lengths, -1), "float32") '
        "return ops.sum(each * weights) / ops.sum(weights)"
    ) in written(masked)


def test_a_sequence_loss_whose_weights_are_ones_is_a_mean():
    def weighed():
        x = tf1.placeholder(tf.float32, [None, 4, 2], name="x")
        y = tf1.placeholder(tf.int32, [None, 4], name="y")
        logits = tf.tensordot(x, tf1.get_variable("w", [2, 6]), 1)
        weights = tf.ones([3, 4])
        each = tf1.nn.sparse_softmax_cross_entropy_with_logits(
            labels=tf.reshape(y, [-1]), logits=tf.reshape(logits, [-1, 6])
        )
        total = tf.reduce_sum(each * tf.reshape(weights, [-1]))
        loss = tf.math.divide_no_nan(total, tf.reduce_sum(weights))
        tf1.train.GradientDescentOptimizer(0.1).minimize(loss)

    loss = "loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
    assert loss in written(weighed)


def test_attention_by_a_vector():
    def attended():
        x, y = placeholders(2)
        w, u = tf1.get_variable("w", [2, 5]), tf1.get_variable("u", [5])
        scores = tf.tensordot(tf.tanh(tf.tensordot(x, w, 1)), u, 1, name="scores")
        weights = tf.expand_dims(tf.nn.softmax(scores), -1)
        trained(tf.reduce_sum(x * weights, 1), tf.concat([y, y[:, :1]], 1), 2)

    text = written(attended)
    assert "ops.tensordot(x, self.u, 1)" in text
    assert "scores = Tensordot()(" in text


@pytest.mark.slow
def test_the_port_of_a_loop_is_the_same_program(tmp_path):
    result = porting.port(loop_of_lstm, str(tmp_path / "port"), steps=1, quick=True)
    assert result.verdict == "same as far as compared"  # the quick rungs


@pytest.mark.slow
def test_dropout_of_several_layers_step_by_step_is_compared(tmp_path):
    def stacked():
        x, y = placeholders()
        kernels = variables(5, 3, "one"), variables(6, 3, "two")
        states = [zeros(x, 3), zeros(x, 3)]
        for part in tf.unstack(x, axis=1):
            for at, (kernel, bias) in enumerate(kernels):
                states[at] = tf.tanh(tf.concat([part, states[at]], 1) @ kernel + bias)
                part = tf1.nn.dropout(states[at], rate=0.25)
        trained(part, y)

    result = porting.port(stacked, str(tmp_path / "port"), steps=1, quick=True)
    assert result.verdict == "same as far as compared"


@pytest.mark.slow
def test_what_a_loop_draws_is_compared(tmp_path):
    def drawing():
        x, y = placeholders()
        kernel = variables(5, 3)

        def body(time, x, states):
            hidden = tf.tanh(tf.concat([x, states[0]], 1) @ kernel[0] + kernel[1])
            return tf1.nn.dropout(hidden, rate=0.5), [hidden]

        outputs, _ = looped(x, body, [zeros(x, 3)], 3)
        trained(tf.reduce_sum(outputs, 1), y)

    result = porting.port(drawing, str(tmp_path / "port"), steps=1, quick=True)
    assert result.verdict == "same as far as compared"


def test_a_penalty_on_the_weights_of_a_cell_makes_no_weight_of_the_loss():
    def penalised():
        x, y = placeholders()
        kernel, bias = variables(5, 12)
        states = (tf.zeros([tf.shape(x)[0], 3]), tf.zeros([tf.shape(x)[0], 3]))
        for step in range(4):
            states = lstm(x[:, step], states, kernel, bias)
        loss = tf.reduce_mean(tf.square(states[1] - y)) + 0.1 * tf.nn.l2_loss(kernel)
        tf1.train.AdamOptimizer(0.01).minimize(loss)

    text = written(penalised)
    assert "LSTM(" in text and "add_weight" not in text
