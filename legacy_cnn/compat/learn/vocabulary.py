"""Words and categories to numbers: `tf.contrib.learn.preprocessing`."""

import collections
import math
import pickle
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

#: Runs of capitals, words in CamelCase, and words with apostrophes and hyphens.
TOKENIZER_RE = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z]+(?=[A-Z])|[\'\w\-]+", re.UNICODE)


def tokenizer(iterator: Iterable[str]) -> Iterator[list[str]]:
    """Splits each text into words, as `TOKENIZER_RE` finds them."""
    for text in iterator:
        yield TOKENIZER_RE.findall(text)


class CategoricalVocabulary:
    """Numbers for categories in the order in which they come; 0 is for those that it has not."""

    def __init__(self, unknown_token: str = "<UNK>", support_reverse: bool = True) -> None:
        self._unknown_token, self._support_reverse = unknown_token, support_reverse
        self._mapping = {unknown_token: 0}
        self._reverse_mapping = [unknown_token]
        self._freq: dict[Any, int] = collections.defaultdict(int)
        self._freeze = False

    def __len__(self) -> int:
        return len(self._mapping)

    def freeze(self, freeze: bool = True) -> None:
        """Says whether unknown categories stay unknown."""
        self._freeze = freeze

    def get(self, category: Any) -> int:
        """The number of a category; a new one if it has none, and the vocabulary is not frozen."""
        if category not in self._mapping:
            if self._freeze:
                return 0
            self._mapping[category] = len(self._mapping)
            self._reverse_mapping.append(category)
        return self._mapping[category]

    def add(self, category: Any, count: int = 1) -> None:
        """Counts a category."""
        if self.get(category) > 0:
            self._freq[category] += count

    def trim(self, min_frequency: int, max_frequency: int = -1) -> None:
        """Keeps categories that came more often than `min_frequency`, the commonest first."""
        by_name = sorted(self._freq.items(), key=lambda item: (isinstance(item[0], str), item[0]))
        kept = [
            (category, count)
            for category, count in sorted(by_name, key=lambda item: item[1], reverse=True)
            if count > min_frequency and not 0 < max_frequency <= count
        ]
        self._freq = dict(kept)
        self._reverse_mapping = [self._unknown_token, *self._freq]
        self._mapping = {category: index for index, category in enumerate(self._reverse_mapping)}

    def reverse(self, class_id: int) -> Any:
        """The category of a number."""
        if not self._support_reverse:
            raise ValueError(
                "This vocabulary wasn't initialized with support_reverse to support reverse() "
                "function."
            )
        return self._reverse_mapping[class_id]


class VocabularyProcessor:
    """Texts to rows of word numbers, all of one length.

    Args:
      max_document_length: the length; longer texts are cut, shorter ones get zeros.
      min_frequency: words that come no more often have the number 0.
      vocabulary: one that knows words already.
      tokenizer_fn: what splits texts into words.
    """

    def __init__(
        self,
        max_document_length: int,
        min_frequency: int = 0,
        vocabulary: Any = None,
        tokenizer_fn: Callable[[Iterable[str]], Iterable[Sequence[str]]] | None = None,
    ) -> None:
        self.max_document_length, self.min_frequency = max_document_length, min_frequency
        self.vocabulary_ = vocabulary or CategoricalVocabulary()
        self._tokenizer = tokenizer_fn or tokenizer

    def fit(self, raw_documents: Iterable[str], unused_y: Any = None) -> "VocabularyProcessor":
        """Learns the words of texts."""
        for words in self._tokenizer(raw_documents):
            for word in words:
                self.vocabulary_.add(word)
        if self.min_frequency > 0:
            self.vocabulary_.trim(self.min_frequency)
        self.vocabulary_.freeze()
        return self

    def fit_transform(
        self, raw_documents: Iterable[str], unused_y: Any = None
    ) -> Iterator[NDArray[numpy.int64]]:
        """Learns the words of texts, and gives the rows."""
        self.fit(raw_documents)
        return self.transform(raw_documents)

    def transform(self, raw_documents: Iterable[str]) -> Iterator[NDArray[numpy.int64]]:
        """Gives a row for each text."""
        for words in self._tokenizer(raw_documents):
            row = numpy.zeros(self.max_document_length, numpy.int64)
            for index, word in enumerate(words[: self.max_document_length]):
                row[index] = self.vocabulary_.get(word)
            yield row

    def reverse(self, documents: Iterable[Iterable[int]]) -> Iterator[str]:
        """Gives the words of each row, with spaces between them."""
        for row in documents:
            yield " ".join(self.vocabulary_.reverse(number) for number in row)

    def save(self, filename: str) -> None:
        """Writes it to a file."""
        with tf.gfile.Open(filename, "wb") as file:
            file.write(pickle.dumps(self))

    @classmethod
    def restore(cls, filename: str) -> "VocabularyProcessor":
        """Reads it from a file, which TensorFlow 1 itself may have written."""
        with tf.gfile.Open(filename, "rb") as file:
            found: VocabularyProcessor = _Unpickler(file).load()
        return found


class _Unpickler(pickle.Unpickler):
    """Finds the classes of this module where TensorFlow 1 had them, too."""

    def find_class(self, module: str, name: str) -> Any:
        if module.startswith("tensorflow.contrib.learn.") and name in globals():
            return globals()[name]
        return super().find_class(module, name)


class ByteProcessor:
    """Texts to rows of bytes, all of one length."""

    def __init__(self, max_document_length: int) -> None:
        self.max_document_length = max_document_length

    def fit(self, x: Any) -> None:
        """Does nothing: there is nothing to learn."""

    def fit_transform(self, x: Iterable[str | bytes]) -> Iterator[NDArray[numpy.uint8]]:
        """Gives the rows."""
        return self.transform(x)

    def reverse(self, x: Iterable[NDArray[Any]]) -> Iterator[str]:
        """Gives the text of each row; "" where it is not UTF-8."""
        for row in x:
            document = numpy.trim_zeros(row.astype(numpy.int8), trim="b").tobytes()
            try:
                yield document.decode("utf-8")
            except UnicodeDecodeError:
                yield ""

    def transform(self, x: Iterable[str | bytes]) -> Iterator[NDArray[numpy.uint8]]:
        """Gives a row for each text."""
        for document in x:
            text = document.encode("utf-8") if isinstance(document, str) else document
            row = numpy.frombuffer(text[: self.max_document_length], dtype=numpy.uint8)
            yield numpy.pad(row, (0, self.max_document_length - len(row)), "constant")


class CategoricalProcessor:
    """Rows of categories to rows of numbers, with a vocabulary for each column, or for all."""

    def __init__(
        self, min_frequency: int = 0, share: bool = False, vocabularies: Any = None
    ) -> None:
        self.min_frequency, self.share, self.vocabularies_ = min_frequency, share, vocabularies

    def freeze(self, freeze: bool = True) -> None:
        """Says whether unknown categories stay unknown."""
        for vocabulary in self.vocabularies_:
            vocabulary.freeze(freeze)

    def fit(self, x: Any, unused_y: Any = None) -> "CategoricalProcessor":
        """Learns the categories."""
        for row in x:
            if self.vocabularies_ is None:
                shared = CategoricalVocabulary()
                self.vocabularies_ = [
                    shared if self.share else CategoricalVocabulary() for _ in row
                ]
            for vocabulary, value in zip(self.vocabularies_, row, strict=False):
                if not _is_missing(value):
                    vocabulary.add(value)
        if self.min_frequency > 0:
            for vocabulary in self.vocabularies_:
                vocabulary.trim(self.min_frequency)
        self.freeze()
        return self

    def fit_transform(self, x: Any, unused_y: Any = None) -> Iterator[NDArray[numpy.int64]]:
        """Learns the categories, and gives the rows."""
        return self.fit(x).transform(x)

    def transform(self, x: Any) -> Iterator[NDArray[numpy.int64]]:
        """Gives the rows; what is missing, as NaN, has the number 0."""
        self.freeze()
        for row in x:
            pairs = zip(self.vocabularies_, row, strict=False)
            numbers = [0 if _is_missing(value) else each.get(value) for each, value in pairs]
            yield numpy.array(numbers, dtype=numpy.int64)


def _is_missing(value: Any) -> bool:
    return isinstance(value, float) and math.isnan(value)
