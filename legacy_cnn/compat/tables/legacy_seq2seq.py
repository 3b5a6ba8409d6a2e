"""`tensorflow.contrib.legacy_seq2seq`, which was `tensorflow.nn.seq2seq` in 0.x."""

from legacy_cnn.compat.cells.core import Linear
from legacy_cnn.compat.rows import Table
from legacy_cnn.compat.seq2seq import decoders, losses, models

TABLE = Table("tensorflow.contrib.legacy_seq2seq")

for _module, _names in {
    decoders: (
        "attention_decoder",
        "embedding_attention_decoder",
        "embedding_rnn_decoder",
        "rnn_decoder",
    ),
    losses: ("sequence_loss", "sequence_loss_by_example"),
    models: (
        "basic_rnn_seq2seq",
        "embedding_attention_seq2seq",
        "embedding_rnn_seq2seq",
        "embedding_tied_rnn_seq2seq",
        "model_with_buckets",
        "one2many_rnn_seq2seq",
        "tied_rnn_seq2seq",
    ),
}.items():
    for _name in _names:
        TABLE.value(_name, getattr(_module, _name))
TABLE.value("_extract_argmax_and_embed", decoders.extract_argmax_and_embed)
TABLE.value("Linear", Linear)
