"""`tf.contrib.legacy_seq2seq`: the models on a ramp, and the losses."""

from __future__ import print_function

import sys

import numpy as np
import tensorflow as tf
from ramps import ramp, run, show
from tensorflow.contrib import legacy_seq2seq as legacy, rnn


def symbols(*steps):
    return [tf.constant(each) for each in steps]


def unknown():
    return [tf.placeholder_with_default(each, [None]) for each in source()]


def source():
    return symbols([0, 1], [2, 1], [1, 0])


def target():
    return symbols([1, 2], [2, 0], [0, 1], [1, 1])


def vectors():
    values = np.arange(8).reshape(2, 4) % 3 * 0.2 - 0.1
    return [tf.constant(values + each * 0.1, tf.float32) for each in range(3)]


def lstm():
    return rnn.BasicLSTMCell(3)


def projection():
    return tf.get_variable("w", [3, 4]), tf.get_variable("b", [4])


def one2many():
    decoders = {"a": lstm(), "b": lstm()}
    inputs, sizes = {"a": target(), "b": target()[:2]}, {"a": 3, "b": 4}
    made, states = legacy.one2many_rnn_seq2seq(source(), inputs, lstm(), decoders, 3, sizes, 2)
    return made["a"] + made["b"], [states["a"], states["b"]]


def buckets():
    def model(encoder_inputs, decoder_inputs):
        return legacy.embedding_attention_seq2seq(encoder_inputs, decoder_inputs, lstm(), 4, 4, 2)

    targets, weights = target()[1:] + symbols([3, 0]), [tf.constant([1.0, 0.5])] * 4
    return legacy.model_with_buckets(source(), target(), targets, weights, [(2, 2), (3, 4)], model)


def embedded(name, *arguments, **options):
    cell = options.pop("cell", lstm)()
    return getattr(legacy, name)(source(), target(), cell, *arguments, **options)


def losses():
    logits = [tf.constant(np.arange(8).reshape(2, 4) * 0.1 * each, tf.float32) for each in range(3)]
    targets = [tf.constant([1, 2])] * 3
    weights = [tf.constant(each) for each in ([1.0, 0.5], [1.0, 0.0], [0.5, 1.0])]
    step = logits, targets, weights
    whole = [tf.stack(each, 1) for each in step]
    mean = tf.contrib.seq2seq.sequence_loss
    off = {"average_across_timesteps": False, "average_across_batch": False}
    made = [
        legacy.sequence_loss_by_example(*step),
        legacy.sequence_loss_by_example(*step, average_across_timesteps=False),
        legacy.sequence_loss(*step),
        legacy.sequence_loss(*step, average_across_batch=False),
        legacy.sequence_loss(
            *step, softmax_loss_function=lambda labels, logits: tf.reduce_sum(logits, 1)
        ),
        mean(*whole),
        mean(*whole, average_across_timesteps=False),
        mean(*whole, average_across_batch=False),
        mean(*whole, **off),
        mean(*whole, sum_over_timesteps=True, sum_over_batch=True, **off),
        mean(*whole, sum_over_batch=True, **off),
    ]
    with tf.Session() as session:
        for value in session.run(made):
            print("shape", list(value.shape), *["%.5f" % each for each in value.ravel()])


MODELS = {
    "basic_rnn_seq2seq": lambda: legacy.basic_rnn_seq2seq(vectors(), vectors()[::-1], lstm()),
    "tied_rnn_seq2seq": lambda: legacy.tied_rnn_seq2seq(vectors(), vectors()[::-1], lstm()),
    "embedding": lambda: embedded("embedding_rnn_seq2seq", 3, 4, 2),
    "embedding_fed": lambda: embedded("embedding_rnn_seq2seq", 3, 4, 2, feed_previous=True),
    "embedding_fed_by_tensor": lambda: embedded(
        "embedding_rnn_seq2seq",
        3,
        4,
        2,
        cell=lambda: rnn.MultiRNNCell([lstm(), rnn.GRUCell(3)]),
        feed_previous=tf.constant(True),
    ),
    "embedding_projected": lambda: embedded(
        "embedding_rnn_seq2seq", 3, 4, 2, output_projection=projection(), feed_previous=True
    ),
    "tied_fed": lambda: embedded("embedding_tied_rnn_seq2seq", 4, 2, feed_previous=True),
    "tied_not_fed": lambda: embedded(
        "embedding_tied_rnn_seq2seq",
        4,
        2,
        num_decoder_symbols=5,
        feed_previous=tf.constant(False),
    ),
    "attention": lambda: embedded("embedding_attention_seq2seq", 3, 4, 2),
    "attention_of_two_heads": lambda: embedded(
        "embedding_attention_seq2seq",
        3,
        4,
        2,
        cell=lambda: rnn.GRUCell(3),
        num_heads=2,
        feed_previous=True,
        initial_state_attention=True,
    ),
    "attention_fed_by_tensor": lambda: embedded(
        "embedding_attention_seq2seq", 3, 4, 2, feed_previous=tf.constant(True)
    ),
    "attention_of_any_batch": lambda: legacy.embedding_attention_seq2seq(
        unknown(), unknown(), lstm(), 3, 4, 2, feed_previous=True
    ),
    "attention_projected": lambda: embedded(
        "embedding_attention_seq2seq", 3, 4, 2, output_projection=projection(), feed_previous=True
    ),
    "rnn_decoder": lambda: legacy.rnn_decoder(vectors(), tf.ones([2, 3]), rnn.GRUCell(3)),
    "attention_decoder": lambda: legacy.attention_decoder(
        vectors(), tf.ones([2, 3]), tf.ones([2, 5, 3]), rnn.GRUCell(3)
    ),
    "embedding_rnn_decoder": lambda: legacy.embedding_rnn_decoder(
        target(), tf.ones([2, 3]), rnn.GRUCell(3), 4, 2
    ),
    "embedding_attention_decoder": lambda: legacy.embedding_attention_decoder(
        target(), tf.ones([2, 3]), tf.ones([2, 5, 3]), rnn.GRUCell(3), 4, 2
    ),
    "one2many_rnn_seq2seq": one2many,
    "model_with_buckets": buckets,
}


def modelled(name):
    with tf.variable_scope("m", initializer=ramp):
        made = MODELS[name]()
    show(made)


CASES = {name: lambda name=name: modelled(name) for name in MODELS}
CASES["losses"] = losses
if __name__ == "__main__":
    run(CASES, sys.argv[1:])
