"""`tf.contrib.seq2seq`: decoders with helpers, attention, and beam search, on a ramp."""

from __future__ import print_function

import sys

import tensorflow as tf
from ramps import inputs, ramp, run, show
from tensorflow.contrib import rnn, seq2seq


def decoded(make, initial_state=None, **options):
    """Runs a BasicDecoder; `make` gives its cell, helper and layer."""
    with tf.variable_scope("m", initializer=ramp):
        cell, helper, layer = make()
        state = initial_state or cell.zero_state(2, tf.float32)
        decoder = seq2seq.BasicDecoder(cell, helper, state, layer)
        outputs, state, lengths = seq2seq.dynamic_decode(decoder, **options)
    print(type(outputs).__name__, outputs._fields, outputs.rnn_output.get_shape().as_list())
    show([outputs.rnn_output, tf.cast(outputs.sample_id, tf.float32), state_of(state)])
    print_values(outputs.sample_id, lengths)


def state_of(state):
    return state.cell_state if hasattr(state, "cell_state") else state


def print_values(*tensors):
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        for value in session.run(list(tensors)):
            print(value.tolist())


def training(given=None, **options):
    steps = inputs(2, 4, 3)
    if given:
        steps = tf.placeholder_with_default(steps, given)

    def make():
        return (
            rnn.BasicLSTMCell(3),
            seq2seq.TrainingHelper(steps, [4, 2]),
            tf.layers.Dense(5, name="out"),
        )

    decoded(make, **options)


def greedy():
    def make():
        embedding = tf.get_variable("embedding", [5, 2])
        helper = seq2seq.GreedyEmbeddingHelper(embedding, [1, 3], 4)
        return rnn.GRUCell(3), helper, tf.layers.Dense(5, name="out")

    decoded(make, maximum_iterations=4)


def inference():
    def make():
        helper = seq2seq.InferenceHelper(
            lambda outputs: outputs[:, :2],
            [2],
            tf.float32,
            tf.ones([2, 2]),
            lambda ids: ids[:, 0] > 100.0,
        )
        return rnn.GRUCell(3), helper, None

    decoded(make, maximum_iterations=3)


def custom():
    def make():
        helper = seq2seq.CustomHelper(
            lambda: (tf.tile([False], [2]), tf.ones([2, 3])),
            lambda time, outputs, state: tf.zeros([2], tf.int32) + time,
            lambda time, outputs, state, sample_ids: (tf.fill([2], time > 1), outputs, state),
        )
        return rnn.GRUCell(3), helper, None

    decoded(make)


def scheduled(probability):
    def make():
        helper = seq2seq.ScheduledEmbeddingTrainingHelper(
            inputs(2, 4, 3), [4, 2], tf.get_variable("embedding", [5, 3]), probability
        )
        return rnn.GRUCell(3), helper, tf.layers.Dense(5, name="out")

    with tf.variable_scope("m", initializer=ramp):
        cell, helper, layer = make()
        decoder = seq2seq.BasicDecoder(cell, helper, cell.zero_state(2, tf.float32), layer)
        outputs, _, lengths = seq2seq.dynamic_decode(decoder)
    if probability == 0.0:
        show(outputs.rnn_output)
    print_values(lengths)


def scheduled_output(probability):
    def make():
        helper = seq2seq.ScheduledOutputTrainingHelper(
            inputs(2, 4, 3), [4, 2], probability, next_inputs_fn=lambda outputs: outputs[:, :3]
        )
        return rnn.GRUCell(3), helper, tf.layers.Dense(5, name="out")

    decoded(make)


def attended(mechanism, size=4, given=None, **options):
    def make():
        memory = inputs(2, 3, 5)
        if given:
            memory = tf.placeholder_with_default(memory, given)
        cell = seq2seq.AttentionWrapper(
            rnn.BasicLSTMCell(3), mechanism(memory), attention_layer_size=size, **options
        )
        return cell, seq2seq.TrainingHelper(inputs(2, 4, 3), [4, 2]), None

    decoded(make)


def two_mechanisms():
    def both(memory):
        return [seq2seq.LuongAttention(3, memory), seq2seq.BahdanauAttention(2, memory)]

    attended(both, [4, 2], alignment_history=True)


def alignments():
    memory = inputs(2, 3, 5)
    with tf.variable_scope("m", initializer=ramp):
        mechanism = seq2seq.LuongAttention(3, memory, [3, 1])
        cell = seq2seq.AttentionWrapper(rnn.GRUCell(3), mechanism, alignment_history=True)
        helper = seq2seq.TrainingHelper(inputs(2, 2, 3), [2, 2])
        state = cell.zero_state(2, tf.float32).clone(cell_state=tf.ones([2, 3]))
        decoder = seq2seq.BasicDecoder(cell, helper, state)
        _, state, _ = seq2seq.dynamic_decode(decoder)
    print(type(state).__name__, state._fields, cell.output_size, cell.state_size.attention)
    show([state.alignments, state.alignment_history.stack()])
    print_values(state.time)


def beams(attention=False, length=0.0, coverage=0.0, start=(1, 2)):
    with tf.variable_scope("m", initializer=ramp):
        embedding = tf.get_variable("embedding", [6, 3])
        cell = rnn.BasicLSTMCell(3)
        if attention:
            memory = seq2seq.tile_batch(inputs(2, 3, 5), 3)
            mechanism = seq2seq.LuongAttention(3, memory)
            cell = seq2seq.AttentionWrapper(
                cell, mechanism, attention_layer_size=3, alignment_history=True
            )
        decoder = seq2seq.BeamSearchDecoder(
            cell,
            embedding,
            start() if callable(start) else list(start),
            5,
            cell.zero_state(6, tf.float32),
            3,
            tf.layers.Dense(6, name="out"),
            length_penalty_weight=length,
            coverage_penalty_weight=coverage,
        )
        outputs, state, lengths = seq2seq.dynamic_decode(decoder, maximum_iterations=5)
    print(type(outputs).__name__, outputs._fields, outputs.predicted_ids.get_shape().as_list())
    inner = outputs.beam_search_decoder_output
    shown = [inner.scores, state.log_probs]
    if attention:
        history = state.cell_state.alignment_history
        shown.append(history.stack() if isinstance(history, tf.TensorArray) else history)
    show(shown)
    print_values(outputs.predicted_ids, inner.predicted_ids, inner.parent_ids)
    print_values(state.lengths, state.finished, lengths)


def trees():
    ids = [[[1, 2, 3]], [[4, 5, 6]], [[7, 8, 9]], [[1, 1, 1]]]
    parents = [[[0, 0, 0]], [[0, 1, 1]], [[2, 1, 2]], [[0, 0, 0]]]
    print_values(
        seq2seq.gather_tree(ids, parents, [3], 10), seq2seq.gather_tree(ids, parents, [4], 7)
    )
    tiled = seq2seq.tile_batch(tf.constant([[1], [2]]), 2)
    print_values(tiled, seq2seq.hardmax([[1.0, 3.0, 2.0]]))


def monotonic():
    chosen, before = [[0.1, 0.5, 0.9]], [[0.2, 0.5, 0.3]]
    for mode in ("recursive", "parallel", "hard"):
        show([seq2seq.monotonic_attention(chosen, before, mode)])
    show([seq2seq.safe_cumprod([[0.5, 0.5, 0.0]], axis=1)])


M = seq2seq
CASES = {
    "training": training,
    "training_of_any_shape": lambda: training(given=[None, None, 3]),
    "training_imputed": lambda: training(impute_finished=True, output_time_major=True),
    "greedy": greedy,
    "inference": inference,
    "custom": custom,
    "scheduled_never": lambda: scheduled(0.0),
    "scheduled_always": lambda: scheduled(1.0),
    "scheduled_output_always": lambda: scheduled_output(1.0),
    "luong": lambda: attended(lambda memory: M.LuongAttention(3, memory, [3, 2], scale=True)),
    "luong_of_any_shape": lambda: attended(
        lambda memory: M.LuongAttention(3, memory, [3, 2]), given=[None, None, 5]
    ),
    "bahdanau": lambda: attended(lambda memory: M.BahdanauAttention(2, memory, [3, 2])),
    "bahdanau_normalized": lambda: attended(
        lambda memory: M.BahdanauAttention(2, memory, normalize=True), None, output_attention=False
    ),
    "bahdanau_hard": lambda: attended(
        lambda memory: M.BahdanauAttention(2, memory, probability_fn=M.hardmax)
    ),
    "bahdanau_monotonic": lambda: attended(
        lambda memory: M.BahdanauMonotonicAttention(2, memory, score_bias_init=-1.0)
    ),
    "luong_monotonic": lambda: attended(
        lambda memory: M.LuongMonotonicAttention(3, memory, mode="recursive", scale=True)
    ),
    "two_mechanisms": two_mechanisms,
    "alignments": alignments,
    "beams": beams,
    "beams_with_attention": lambda: beams(True, 1.0),
    "beams_with_coverage": lambda: beams(True, 0.6, 0.2),
    "beams_of_any_batch": lambda: beams(
        True, start=lambda: tf.placeholder_with_default([1, 2], [None])
    ),
    "trees": trees,
    "monotonic": monotonic,
}
if __name__ == "__main__":
    run(CASES, sys.argv[1:])
