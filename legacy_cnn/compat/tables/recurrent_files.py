"""Where recurrent networks were: cells, what runs them, and sequence to sequence models."""

from collections.abc import Mapping

#: File -> the old modules that it has the rows of, below `tensorflow`.
_MODULES: Mapping[str, str] = {
    "contrib_rnn": """contrib.rnn contrib.rnn.python.ops.fused_rnn_cell
        contrib.rnn.python.ops.gru_ops contrib.rnn.python.ops.lstm_ops contrib.rnn.python.ops.rnn
        contrib.rnn.python.ops.rnn_cell""",
    "contrib_seq2seq": """contrib.seq2seq contrib.seq2seq.python.ops.attention_wrapper
        contrib.seq2seq.python.ops.basic_decoder contrib.seq2seq.python.ops.beam_search_decoder
        contrib.seq2seq.python.ops.beam_search_ops contrib.seq2seq.python.ops.decoder
        contrib.seq2seq.python.ops.helper contrib.seq2seq.python.ops.loss""",
    "legacy_seq2seq": """contrib.legacy_seq2seq contrib.legacy_seq2seq.python.ops.seq2seq
        models.rnn.seq2seq nn.seq2seq python.ops.seq2seq""",
    "models_ptb_reader": "models.rnn.ptb.reader",
    "rnn": "contrib.rnn.python.ops.core_rnn models.rnn.rnn python.ops.rnn",
    "rnn_cell": """contrib.rnn.core_rnn_cell contrib.rnn.python.ops.core_rnn_cell
        contrib.rnn.python.ops.core_rnn_cell_impl models.rnn.rnn_cell nn.rnn_cell
        python.ops.rnn_cell python.ops.rnn_cell_impl""",
}

#: Old module -> the file that has its rows.
FILES: Mapping[str, str] = {
    f"tensorflow.{module}": file for file, names in _MODULES.items() for module in names.split()
}
