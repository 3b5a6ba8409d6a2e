"""`tf.contrib.crf`: scores and decoding of sequences of three tags."""

from __future__ import print_function

import sys

import numpy as np
import tensorflow as tf
from ramps import inputs, ramp, run
from tensorflow.contrib import crf

TAGS, LENGTHS = [[0, 2, 1, 1], [2, 0, 0, 1]], [4, 2]


def show(*tensors):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for value in session.run(list(tensors)):
            print(value.dtype.kind, list(value.shape), *["%.5f" % each for each in value.ravel()])


def likelihood(steps=4, is_known=True, dtype=tf.int32):
    scores = inputs(2, 4, 3)[:, :steps]
    tags, lengths = tf.constant(TAGS, dtype)[:, :steps], tf.constant(LENGTHS)
    if not is_known:
        scores = tf.placeholder_with_default(scores, [None, None, 3])
        tags = tf.placeholder_with_default(tags, [None, None])
    with tf.variable_scope("m", initializer=ramp):
        found, transitions = crf.crf_log_likelihood(scores, tags, tf.minimum(lengths, steps))
    (gradient,) = tf.gradients(found, [transitions])
    if gradient is None:
        gradient = tf.zeros([1])
    print([(each.name, each.get_shape().as_list()) for each in tf.trainable_variables()])
    best, score = crf.crf_decode(scores, transitions, tf.minimum(lengths, steps))
    show(found, gradient, best, score)


def parts():
    scores, transitions = inputs(2, 4, 3), ramp([3, 3])
    tags, lengths = tf.constant(TAGS), tf.constant(LENGTHS)
    allowed = tf.constant(np.arange(24).reshape(2, 4, 3) % 5 > 1)
    show(
        crf.crf_unary_score(tags, lengths, scores),
        crf.crf_binary_score(tags, lengths, transitions),
        crf.crf_sequence_score(scores, tags, lengths, transitions),
        crf.crf_log_norm(scores, lengths, transitions),
        crf.crf_log_norm(scores, tf.constant([0, 1]), transitions),
        crf.crf_multitag_sequence_score(scores, allowed, lengths, transitions),
        crf.crf_multitag_sequence_score(scores[:, :1], allowed[:, :1], lengths, transitions),
    )
    print(
        crf.CrfForwardRnnCell(transitions).state_size, crf.CrfDecodeBackwardRnnCell(3).output_size
    )
    print(crf.CrfDecodeForwardRnnCell(transitions).output_size)


def viterbi():
    scores = (np.arange(12).reshape(4, 3) * 5 % 7).astype(np.float32)
    tags, score = crf.viterbi_decode(scores, np.eye(3, dtype=np.float32))
    print([int(each) for each in tags], float(score))


CASES = {
    "likelihood": likelihood,
    "likelihood_of_one_step": lambda: likelihood(1),
    "likelihood_of_unknown_length": lambda: likelihood(is_known=False),
    "likelihood_of_one_step_unknown": lambda: likelihood(1, is_known=False),
    "likelihood_of_int64": lambda: likelihood(dtype=tf.int64),
    "parts": parts,
    "viterbi": viterbi,
}
if __name__ == "__main__":
    run(CASES, sys.argv[1:])
