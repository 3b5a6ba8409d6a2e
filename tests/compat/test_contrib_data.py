"""`tensorflow.contrib.data`."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def data(old):
    return old.contrib.data


def _all(old, data_set):
    """The elements of a data set."""
    element = data_set.make_one_shot_iterator().get_next()
    found = []
    with old.Session() as session:
        while True:
            try:
                value = session.run(element)
            except old.errors.OutOfRangeError:
                return found
            found.append([np.asarray(each).tolist() for each in old.nest.flatten(value)])


def test_map_takes_threads_and_a_buffer(old, data):
    pairs = data.Dataset.from_tensor_slices((np.arange(5), np.arange(5) * 2.0))
    found = pairs.map(lambda a, b: (a + 1, b), num_threads=2, output_buffer_size=3)
    found = found.filter(lambda a, b: a > 1).shuffle(1).batch(3).repeat(1)
    assert found.output_types == (old.int64, old.float64)
    assert _all(old, found) == [[[2, 3, 4], [2, 4, 6]], [[5], [8]]]
    assert isinstance(found.map(lambda a, b: a, num_parallel_calls=2), data.Dataset)


def test_methods_that_became_functions(old, data):
    numbers = data.Dataset.range(4)
    assert _all(old, numbers.enumerate()) == [[0, 0], [1, 1], [2, 2], [3, 3]]
    assert _all(old, numbers.batch(3).unbatch()) == [[0], [1], [2], [3]]
    grouped = numbers.group_by_window(lambda x: x % 2, lambda _, window: window.batch(2), 2)
    assert _all(old, grouped) == [[[0, 2]], [[1, 3]]]
    sparse = numbers.map(lambda x: old.fill([x], x)).dense_to_sparse_batch(4, [5])
    assert sparse.output_shapes.as_list() == [None, 5]
    wrong = numbers.map(lambda x: old.check_numerics(1 / old.cast(x, old.float32), ""))
    assert len(_all(old, wrong.ignore_errors())) == 3
    assert _all(old, numbers.apply(lambda each: each.take(1))) == [[0]]


def test_sources(old, data, tmp_path):
    path = tmp_path / "lines"
    path.write_bytes(b"one\ntwo\n")
    record = str(tmp_path / "record")
    with old.python_io.TFRecordWriter(record) as writer:
        writer.write(b"three")
    assert _all(old, data.TextLineDataset([str(path)]).skip(1)) == [[b"two"]]
    assert _all(old, data.TFRecordDataset(record)) == [[b"three"]]
    assert _all(old, data.FixedLengthRecordDataset(str(path), 4)) == [[b"one\n"], [b"two\n"]]
    both = data.Dataset.zip((data.Dataset.range(2), data.Dataset.from_tensors(7)))
    assert _all(old, both) == [[0, 7]]
    twice = data.Dataset.range(2).interleave(
        lambda x: data.Dataset.from_tensors(x).repeat(2), cycle_length=2
    )
    assert _all(old, twice) == [[0], [1], [0], [1]]
    iterator = data.Iterator.from_structure(both.output_types, both.output_shapes)
    with old.Session() as session:
        session.run(iterator.make_initializer(both))
        assert session.run(iterator.get_next()) == (0, 7)


def test_batches(old, data):
    numbers = old.data.Dataset.range(5)
    triangle = numbers.skip(1).map(lambda x: old.fill([x], x))
    assert _all(old, numbers.apply(data.batch_and_drop_remainder(2))) == [[[0, 1]], [[2, 3]]]
    padded = triangle.take(3).apply(data.padded_batch_and_drop_remainder(2, [None]))
    assert _all(old, padded) == [[[[1, 0], [2, 2]]]]
    windows = numbers.apply(data.sliding_window_batch(3, window_shift=1))
    assert _all(old, windows) == [[[0, 1, 2]], [[1, 2, 3]], [[2, 3, 4]]]
    pairs = old.data.Dataset.zip((numbers, numbers))
    wide = pairs.apply(data.sliding_window_batch(2, window_shift=2, window_stride=2))
    assert _all(old, wide) == [[[0, 2]] * 2, [[2, 4]] * 2]
    mixed = numbers.apply(
        data.sloppy_interleave(lambda x: old.data.Dataset.from_tensors(x), cycle_length=1)
    )
    assert sorted(_all(old, mixed)) == [[0], [1], [2], [3], [4]]
    assert _all(old, data.Counter(3, 2).take(2)) == [[3], [5]]


def test_features_of_examples(old, data, tmp_path):
    path = str(tmp_path / "examples")
    example = old.train.Example()
    example.features.feature["x"].float_list.value.append(2)
    with old.python_io.TFRecordWriter(path) as writer:
        writer.write(example.SerializeToString())
    features = {"x": old.FixedLenFeature([1], old.float32)}
    batch = data.read_batch_features(path, 2, features, randomize_input=False)
    with old.Session() as session:
        assert session.run(batch["x"]).tolist() == [[2], [2]]


@pytest.mark.parametrize(
    "name",
    [
        "LMDBDataset",
        "CheckpointInputPipelineHook",
        "assert_element_shape",
        "reduce_dataset",
        "StatsAggregator",
        "latency_stats",
        "set_stats_aggregator",
    ],
)
def test_what_is_gone(data, name):
    assert not hasattr(data, name)
