"""Small data sets, and tables in CSV files: `tf.contrib.learn.datasets`."""

import csv
import os
import urllib.request
from collections import namedtuple
from collections.abc import Iterator
from importlib import resources
from typing import Any

import numpy
import tensorflow.compat.v1 as tf

from legacy_cnn import input_data

Dataset = namedtuple("Dataset", ["data", "target"])
Datasets = input_data.Datasets


def load_csv_with_header(
    filename: str, target_dtype: Any, features_dtype: Any, target_column: int = -1
) -> Dataset:
    """Reads a table whose first line has the numbers of its rows and of its features.

    Args:
      filename: a CSV file.
      target_dtype: of the target.
      features_dtype: of the features.
      target_column: the place of the target in a row.
    """
    with tf.gfile.Open(filename) as file:
        return _with_header(csv.reader(file), target_dtype, features_dtype, target_column)


def _with_header(
    rows: Iterator[list[str]], target_dtype: Any, features_dtype: Any, target_column: int = -1
) -> Dataset:
    samples, features = (int(each) for each in next(rows)[:2])
    data = numpy.zeros((samples, features), dtype=features_dtype)
    target = numpy.zeros((samples,), dtype=target_dtype)
    for index, row in enumerate(rows):
        target[index] = numpy.asarray(row.pop(target_column), dtype=target_dtype)
        data[index] = numpy.asarray(row, dtype=features_dtype)
    return Dataset(data=data, target=target)


def load_csv_without_header(
    filename: str, target_dtype: Any, features_dtype: Any, target_column: int = -1
) -> Dataset:
    """Reads a table; see `load_csv_with_header`."""
    with tf.gfile.Open(filename) as file:
        rows = list(csv.reader(file))
    target = numpy.array([row.pop(target_column) for row in rows], dtype=target_dtype)
    return Dataset(numpy.array([numpy.asarray(row, features_dtype) for row in rows]), target)


def shrink_csv(filename: str, ratio: int) -> None:
    """Writes one line of `ratio` to another file, whose name has `_small` before each dot."""
    with (
        tf.gfile.Open(filename) as file,
        tf.gfile.Open(filename.replace(".", "_small."), "w") as small,
    ):
        csv.writer(small).writerows(
            row for index, row in enumerate(csv.reader(file)) if index % ratio == 0
        )


def load_iris(data_path: str | None = None) -> Dataset:
    """Fisher's irises: 150 flowers with four lengths each, and which of three species each is."""
    if data_path is not None:
        return load_csv_with_header(data_path, numpy.int64, numpy.float64)
    text = resources.files(__package__).joinpath("iris.txt").read_text(encoding="utf-8")
    return _with_header(csv.reader(text.splitlines()), numpy.int64, numpy.float64)


def load_dataset(name: str, size: str = "small", test_with_fake_data: bool = False) -> Any:
    """Loads `iris` or `mnist`.

    Raises:
      ValueError: there is no other here.
    """
    if name not in DATASETS:
        raise ValueError(f"Name of dataset is not found: {name}")
    return DATASETS[name]()


#: Name -> what loads it.
DATASETS: dict[str, Any] = {"iris": load_iris, "mnist": input_data.load_mnist}


def maybe_download(filename: str, work_directory: str, source_url: str) -> str:
    """Downloads a file if it is not there, and gives its path."""
    tf.gfile.MakeDirs(work_directory)
    path = os.path.join(work_directory, filename)
    if not tf.gfile.Exists(path):
        urllib.request.urlretrieve(source_url, path)
        print("Successfully downloaded", filename, os.path.getsize(path), "bytes.")
    return path
