"""`tensorflow.contrib.data`'s own data sets: `map` took other arguments than in tf.data."""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.data.python.ops.dataset_ops")


@TABLE.serves()
class Dataset(tf.data.Dataset):
    """A data set of 1.2 and 1.3, around one of today's."""

    def __init__(self, dataset: Any) -> None:
        self._dataset = dataset
        super().__init__()

    def _as_variant_tensor(self) -> Any:
        return self._dataset._variant_tensor

    def _inputs(self) -> list[Any]:
        return [self._dataset]

    @property
    def element_spec(self) -> Any:
        """The types and shapes of an element."""
        return self._dataset.element_spec

    def map(
        self,
        map_func: Callable[..., Any],
        num_threads: int | None = None,
        output_buffer_size: int | None = None,
        num_parallel_calls: int | None = None,
    ) -> "Dataset":
        """Maps elements, `num_threads` at a time, with so many results in advance."""
        mapped = self._dataset.map(map_func, num_threads or num_parallel_calls)
        return Dataset(
            mapped if output_buffer_size is None else mapped.prefetch(output_buffer_size)
        )

    def apply(self, transformation_func: Callable[[Any], Any]) -> "Dataset":
        """What a function makes of the data set."""
        # Functions that call a method of today's would call this one's own.
        return Dataset(transformation_func(self._dataset))

    def dense_to_sparse_batch(self, batch_size: int, row_shape: Any) -> "Dataset":
        """Batches of elements that differ in shape, as sparse tensors."""
        return self.apply(tf.data.experimental.dense_to_sparse_batch(batch_size, row_shape))

    def group_by_window(self, key_func: Any, reduce_func: Any, window_size: int) -> "Dataset":
        """Groups elements by key, and reduces each group."""
        group = tf.data.experimental.group_by_window
        return self.apply(group(key_func, reduce_func, window_size))

    def ignore_errors(self) -> "Dataset":
        """Leaves out elements that fail."""
        return self.apply(tf.data.experimental.ignore_errors())

    def unbatch(self) -> "Dataset":
        """Takes batches apart."""
        return self.apply(tf.data.experimental.unbatch())


def _method(name: str) -> Callable[..., Dataset]:
    def method(self: Dataset, *arguments: Any, **keywords: Any) -> Dataset:
        return Dataset(getattr(self._dataset, name)(*arguments, **keywords))

    return method


def _source(name: str) -> Callable[..., Dataset]:
    def source(*arguments: Any, **keywords: Any) -> Dataset:
        return Dataset(getattr(tf.data.Dataset, name)(*arguments, **keywords))

    return source


for _name in (
    "batch",
    "cache",
    "concatenate",
    "enumerate",
    "filter",
    "flat_map",
    "interleave",
    "padded_batch",
    "prefetch",
    "repeat",
    "shard",
    "shuffle",
    "skip",
    "take",
):
    setattr(Dataset, _name, _method(_name))
for _name in (
    "from_generator",
    "from_sparse_tensor_slices",
    "from_tensor_slices",
    "from_tensors",
    "list_files",
    "range",
    "zip",
):
    setattr(Dataset, _name, staticmethod(_source(_name)))


@TABLE.serves()
class FixedLengthRecordDataset(Dataset):
    """Records of as many bytes each."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(tf.data.FixedLengthRecordDataset(*arguments, **keywords))


@TABLE.serves()
class TFRecordDataset(Dataset):
    """Records as `tf.python_io.TFRecordWriter` writes them."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(tf.data.TFRecordDataset(*arguments, **keywords))


@TABLE.serves()
class TextLineDataset(Dataset):
    """Lines of text files."""

    def __init__(self, *arguments: Any, **keywords: Any) -> None:
        super().__init__(tf.data.TextLineDataset(*arguments, **keywords))
