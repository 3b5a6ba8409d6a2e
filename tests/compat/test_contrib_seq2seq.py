"""`tensorflow.contrib.seq2seq` and `legacy_seq2seq`; see `recorded/seq2seq.py`."""

import numpy as np
import pytest

from legacy_cnn.compat.hook import faces

pytestmark = pytest.mark.tensorflow


def test_classes_that_programs_derive_from(old):
    seq2seq = old.contrib.seq2seq
    for name in ("TrainingHelper", "GreedyEmbeddingHelper", "SampleEmbeddingHelper"):
        assert issubclass(getattr(seq2seq, name), seq2seq.Helper)
    for name in ("BasicDecoder", "BeamSearchDecoder"):
        assert issubclass(getattr(seq2seq, name), seq2seq.Decoder)
    for name in ("LuongAttention", "BahdanauAttention"):
        assert issubclass(getattr(seq2seq, name), seq2seq.AttentionMechanism)


@pytest.mark.parametrize(
    "name, fields",
    [
        ("BasicDecoderOutput", "rnn_output sample_id"),
        ("BeamSearchDecoderOutput", "scores predicted_ids parent_ids"),
        (
            "BeamSearchDecoderState",
            "cell_state log_probs finished lengths accumulated_attention_probs",
        ),
        ("FinalBeamSearchDecoderOutput", "predicted_ids beam_search_decoder_output"),
        (
            "AttentionWrapperState",
            "cell_state attention time alignments alignment_history attention_state",
        ),
    ],
)
def test_named_tuples(old, name, fields):
    assert " ".join(getattr(old.contrib.seq2seq, name)._fields) == fields


def test_a_sampling_helper_draws_by_probability(old):
    helper = old.contrib.seq2seq.SampleEmbeddingHelper(
        old.ones([3, 2]), [0, 0], 2, softmax_temperature=0.01
    )
    drawn = helper.sample(time=0, outputs=old.constant([[0.0, 9.0, 0.0]] * 2), state=())
    with old.Session() as session:
        assert session.run(drawn).tolist() == [1, 1]


def test_what_was_kept_at_each_step_in_the_order_of_the_beams(old):
    module = faces("program").imported("tensorflow.contrib.seq2seq.python.ops.beam_search_decoder")
    kept = np.arange(6, dtype=np.float32).reshape(3, 1, 2, 1)
    parents = [[[0, 0]], [[0, 1]], [[1, 0]]]
    ordered = module.gather_tree_from_array(kept, old.constant(parents), old.constant([[3, 3]]))
    with old.Session() as session:
        found = session.run(ordered)[..., 0]
    assert found.tolist() == [[[1, 0]], [[3, 2]], [[4, 5]]]


@pytest.mark.parametrize(
    "name",
    [
        "attention_decoder_fn_inference",
        "attention_decoder_fn_train",
        "dynamic_rnn_decoder",
        "prepare_attention",
        "simple_decoder_fn_inference",
        "simple_decoder_fn_train",
    ],
)
def test_what_went_with_1_2(old, name):
    assert not hasattr(old.contrib.seq2seq, name)


def squares(tf, values):
    total = tf.add_n([tf.reduce_sum(tf.square(each)) for each in tf.nest.flatten(values)])
    with tf.Session() as session:
        session.run(tf.global_variables_initializer())
        return session.run(total)


def test_rnn_decoder_loops(old):
    legacy, places = old.contrib.legacy_seq2seq, []

    def loop_function(previous, place):
        places.append(place)
        return old.zeros_like(previous)

    cell = old.nn.rnn_cell.GRUCell(3)
    steps = [old.ones([2, 3])] * 3
    outputs, state = legacy.rnn_decoder(steps, old.zeros([2, 3]), cell, loop_function)
    assert places == [1, 2] and state is outputs[-1]
    assert old.trainable_variables()[0].op.name == ("rnn_decoder/gru_cell/gates/kernel")


@pytest.mark.parametrize(
    "name, last",
    [
        ("embedding_rnn_decoder", (5, 2)),
        ("embedding_attention_decoder", (5, 2)),
    ],
)
def test_decoders_of_symbols(old, name, last):
    decode = getattr(old.contrib.legacy_seq2seq, name)
    memory = [old.ones([2, 3, 4])] if "attention" in name else []
    cell = old.nn.rnn_cell.GRUCell(3)
    steps = [old.constant([0, 1])] * 2
    outputs, _ = decode(steps, old.zeros([2, 3]), *memory, cell, *last)
    assert [each.shape.as_list() for each in outputs] == [[2, 3]] * 2
    assert old.trainable_variables()[0].op.name == f"{name}/embedding"
    assert squares(old, outputs) > 0


def test_attention_decoder_checks_its_arguments(old):
    decode = old.contrib.legacy_seq2seq.attention_decoder
    cell = old.nn.rnn_cell.GRUCell(3)
    with pytest.raises(ValueError, match="at least 1 input"):
        decode([], old.zeros([2, 3]), old.ones([2, 3, 4]), cell)
    with pytest.raises(ValueError, match="less than 1 heads"):
        decode([old.ones([2, 3])], old.zeros([2, 3]), old.ones([2, 3, 4]), cell, num_heads=0)


def test_extract_argmax_and_embed(old):
    loop = old.contrib.legacy_seq2seq._extract_argmax_and_embed(old.constant([[1.0], [5.0]]))
    with old.Session() as session:
        assert session.run(loop(old.constant([[0.0, 1.0], [1.0, 0.0]]), 0)).tolist() == [[5], [1]]


@pytest.mark.parametrize(
    "module",
    ["tensorflow.nn.seq2seq", "tensorflow.python.ops.seq2seq", "tensorflow.models.rnn.seq2seq"],
)
def test_the_names_of_0x(old, module):
    found = faces("program").imported(module)
    assert found.sequence_loss_by_example is old.contrib.legacy_seq2seq.sequence_loss_by_example


def test_a_loss_function_gets_its_arguments_in_the_order_of_its_release(old):
    loss, seen = old.nn.seq2seq.sequence_loss_by_example, []

    def of_0x(inputs, labels):
        seen.append((inputs, labels))
        return old.zeros([2])

    def of_1_0(labels, inputs):
        return of_0x(inputs, labels)

    def later(labels, logits):
        return of_0x(logits, labels)

    logits, target = old.ones([2, 3]), old.constant([0, 1])
    for function in (of_0x, of_1_0, later):
        loss([logits], [target], [old.ones([2])], softmax_loss_function=function)
    assert all(each[0] is logits and each[1] is target for each in seen) and len(seen) == 3
