"""Sequence to sequence models: `tf.contrib.legacy_seq2seq` and `tf.contrib.seq2seq`."""
