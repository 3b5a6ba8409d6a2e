"""`tensorflow.contrib.seq2seq`."""

from legacy_cnn.compat.rows import Table
from legacy_cnn.compat.seq2seq import (
    attention,
    attention_wrapper,
    beam_search,
    beam_tree,
    decoding,
    helpers,
    losses,
    monotonic_attention,
    training_helpers,
)

TABLE = Table("tensorflow.contrib.seq2seq")
for _module, _names in {
    attention: (
        "AttentionMechanism",
        "BahdanauAttention",
        "LuongAttention",
        "hardmax",
    ),
    monotonic_attention: (
        "BahdanauMonotonicAttention",
        "LuongMonotonicAttention",
        "monotonic_attention",
        "safe_cumprod",
    ),
    attention_wrapper: ("AttentionWrapper", "AttentionWrapperState"),
    beam_search: (
        "BeamSearchDecoder",
        "BeamSearchDecoderOutput",
        "BeamSearchDecoderState",
        "FinalBeamSearchDecoderOutput",
        "tile_batch",
    ),
    beam_tree: ("gather_tree", "gather_tree_from_array"),
    decoding: ("BasicDecoder", "BasicDecoderOutput", "Decoder", "dynamic_decode"),
    helpers: (
        "CustomHelper",
        "GreedyEmbeddingHelper",
        "Helper",
        "InferenceHelper",
        "SampleEmbeddingHelper",
    ),
    training_helpers: (
        "ScheduledEmbeddingTrainingHelper",
        "ScheduledOutputTrainingHelper",
        "TrainingHelper",
    ),
}.items():
    for _name in _names:
        TABLE.value(_name, getattr(_module, _name))
TABLE.value("sequence_loss", losses.dense_sequence_loss)
TABLE.gone(
    "attention_decoder_fn_inference",
    "attention_decoder_fn_train",
    "dynamic_rnn_decoder",
    "prepare_attention",
    "simple_decoder_fn_inference",
    "simple_decoder_fn_train",
    note="1.0 and 1.1 had it; use BasicDecoder and dynamic_decode",
)
