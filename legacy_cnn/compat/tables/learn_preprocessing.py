"""`tensorflow.contrib.learn.preprocessing`."""

from legacy_cnn.compat.learn import vocabulary
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.learn.preprocessing")
for _name in (
    "ByteProcessor",
    "CategoricalProcessor",
    "CategoricalVocabulary",
    "TOKENIZER_RE",
    "VocabularyProcessor",
    "tokenizer",
):
    TABLE.value(_name, getattr(vocabulary, _name))
