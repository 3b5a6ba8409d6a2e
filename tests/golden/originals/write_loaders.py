"""Writes loaders.json: what the loaders of TensorFlow's old releases did, told by themselves.

Run it once in each release; it replaces the part of that release:

    python write_loaders.py loaders.json

This one file runs on Python 2.7 and later, with TensorFlow 0.12 to 1.15 and nothing else beside it.
The tests run the same cases, `CASES`, with today's code. A batch is recorded as the first 24 hex
digits of SHA-256 over its images and then its labels: `str(dtype) + str(shape)`, and the bytes of
the C-contiguous array.
"""

from __future__ import print_function

import gzip
import hashlib
import io
import json
import os
import shutil
import struct
import sys
import tempfile

import numpy

#: Examples of the small set that the loaders read: a ramp of pixels, and digits in turn.
TRAINING, TEST = 60, 20
SIDE = 28


def batches(*sizes, **options):
    """Steps that draw batches of these sizes."""
    return [["next_batch", size, options] for size in sizes]


STATE = [["state"]]

#: A numpy seed is set before the sets are read, a graph seed in the graph that they are read in.
#: Each set is what `read_data_sets(directory, **arguments)` returns, or `DataSet(...)`.
CASES = [
    {
        "name": "over three ends of an epoch",
        "numpy_seed": 3,
        "graph_seed": 7,
        "arguments": {"one_hot": True, "validation_size": 10},
        "steps": batches(*[16] * 11) + STATE,
    },
    {
        "name": "ends that fit, and empty batches",
        "numpy_seed": 4,
        "graph_seed": 0,
        "arguments": {"validation_size": 10},
        "steps": batches(0, 25, 25, 0, 50, 50, 1, 50) + STATE,
    },
    {
        "name": "bytes in their shape",
        "numpy_seed": 5,
        "graph_seed": 2147483647,
        "arguments": {"dtype": "uint8", "reshape": False, "validation_size": 0},
        "steps": batches(*[25] * 5) + STATE,
    },
    {
        "name": "validation",
        "numpy_seed": 6,
        "graph_seed": 8,
        "arguments": {"validation_size": 60},
        "set": "validation",
        "steps": batches(40, 40, 40) + STATE,
    },
    {
        "name": "test",
        "numpy_seed": 6,
        "graph_seed": 8,
        "arguments": {"validation_size": 10},
        "set": "test",
        "steps": batches(7, 7, 7, 7) + STATE,
    },
    {
        "name": "a script's own draws between",
        "numpy_seed": 9,
        "graph_seed": 9,
        "arguments": {"validation_size": 10},
        "steps": [["rand"]]
        + batches(30)
        + [["rand"]]
        + batches(30)
        + STATE
        + [["seed", 5]]
        + batches(30)
        + [["rand"]]
        + batches(30),
    },
    {
        "name": "a batch larger than the set",
        "numpy_seed": 10,
        "graph_seed": 10,
        "arguments": {"validation_size": 50},
        "steps": batches(4, 12) + STATE + batches(3, 3, 11, 10) + STATE,
    },
    {
        "name": "no shuffle",
        "numpy_seed": 11,
        "graph_seed": 11,
        "arguments": {"validation_size": 10},
        "steps": batches(20, 20, 20, shuffle=False) + STATE + batches(20, 20),
    },
    {
        "name": "seed",
        "numpy_seed": 12,
        "graph_seed": None,
        "arguments": {"validation_size": 10, "seed": 12},
        "steps": batches(20, 20, 20, 20, 20, 20) + STATE,
    },
    {
        "name": "seed and graph seed",
        "numpy_seed": 12,
        "graph_seed": 13,
        "arguments": {"validation_size": 10, "seed": 12},
        "steps": batches(20, 20, 20) + STATE,
    },
    {
        "name": "source_url",
        "numpy_seed": 14,
        "graph_seed": 14,
        "arguments": {"validation_size": 10, "source_url": ""},
        "steps": batches(20, 20, 20),
    },
    {
        "name": "an argument that none had",
        "numpy_seed": 14,
        "graph_seed": 14,
        "arguments": {"seeds": 1},
        "steps": [],
    },
    {
        "name": "fake",
        "numpy_seed": 15,
        "graph_seed": 15,
        "arguments": {"fake_data": True},
        "steps": batches(3, fake_data=True)
        + batches(3)
        + STATE
        + batches(9998)
        + [["rand"]]
        + batches(2)
        + [["epochs"]],
    },
    {
        "name": "fake, one-hot",
        "numpy_seed": 15,
        "graph_seed": 15,
        "arguments": {"fake_data": True, "one_hot": True},
        "steps": batches(2, fake_data=True),
    },
    {
        "name": "fake labels of a real set",
        "numpy_seed": 15,
        "graph_seed": 15,
        "arguments": {"validation_size": 10},
        "steps": batches(2, fake_data=True) + batches(20),
    },
    {
        "name": "validation_size too large",
        "numpy_seed": 16,
        "graph_seed": 16,
        "arguments": {"validation_size": 61},
        "steps": [],
    },
    {
        "name": "validation_size too small",
        "numpy_seed": 16,
        "graph_seed": 16,
        "arguments": {"validation_size": -1},
        "steps": [],
    },
    {
        "name": "dtype",
        "numpy_seed": 17,
        "graph_seed": 17,
        "arguments": {"dtype": "int32", "validation_size": 10},
        "steps": [],
        "after": [["rand"]],
    },
    {
        "name": "DataSet",
        "numpy_seed": 18,
        "graph_seed": 18,
        "arrays": [[9, 2, 2, 1], [9]],
        "arguments": {},
        "steps": batches(4, 4, 4, 4, 4) + STATE,
    },
    {
        "name": "DataSet, in its shape",
        "numpy_seed": 18,
        "graph_seed": 19,
        "arrays": [[9, 2, 2, 3], [9]],
        "arguments": {"reshape": False, "dtype": "uint8"},
        "steps": batches(4, 4, 4, 4, 4) + STATE,
    },
    {
        "name": "DataSet, seed",
        "numpy_seed": 18,
        "graph_seed": None,
        "arrays": [[9, 2, 2, 1], [9]],
        "arguments": {"seed": 4},
        "steps": batches(4, 4, 4),
    },
    {
        "name": "DataSet, lengths",
        "numpy_seed": 18,
        "graph_seed": 20,
        "arrays": [[9, 2, 2, 1], [8]],
        "arguments": {},
        "steps": [],
    },
    {
        "name": "DataSet, channels",
        "numpy_seed": 18,
        "graph_seed": 20,
        "arrays": [[9, 2, 2, 3], [9]],
        "arguments": {},
        "steps": [],
    },
]


def trace(*arrays):
    """The hash of images and labels, as in the head of this file."""
    sha256 = hashlib.sha256()
    for array in arrays:
        array = numpy.ascontiguousarray(array)
        sha256.update((str(array.dtype) + str(array.shape)).encode())
        sha256.update(array.tobytes())
    return sha256.hexdigest()[:24]


def ramp(shape):
    """Bytes that count up in steps of 7."""
    size = int(numpy.prod(shape))
    return (numpy.arange(size) * 7 % 256).astype(numpy.uint8).reshape(shape)


def write_set(directory):
    """Writes the four files of the small set."""
    for name, count in (("train", TRAINING), ("t10k", TEST)):
        labels = (numpy.arange(count) % 10).astype(numpy.uint8)
        for kind, array in (
            ("images-idx3", ramp((count, SIDE, SIDE))),
            ("labels-idx1", labels),
        ):
            path = os.path.join(directory, "%s-%s-ubyte.gz" % (name, kind))
            with gzip.open(path, "wb") as file:
                file.write(struct.pack(">I", 0x800 + array.ndim))
                file.write(struct.pack(">%dI" % array.ndim, *array.shape))
                file.write(array.tobytes())


#: The errors that the loaders raised.
ERRORS = (TypeError, ValueError, AssertionError, AttributeError)


def attempt(act):
    """What a call gives, or the error that it ends in."""
    try:
        return act()
    except ERRORS as error:
        (kind,) = [one.__name__ for one in ERRORS if isinstance(error, one)]
        return {"error": kind, "message": str(error)}


def take(data, step):
    """The result of one step of a case."""
    name = step[0]
    if name == "next_batch":
        return trace(*data.next_batch(step[1], **step[2]))
    if name == "state":
        arrays = [trace(data.images), trace(data.labels)]
        return [data.epochs_completed, data.num_examples] + arrays
    if name == "epochs":
        return data.epochs_completed
    if name == "seed":
        return numpy.random.seed(step[1])
    return int(numpy.random.randint(1 << 30))


def opened(loader, directory, case):
    """The set that a case draws from."""
    if "arrays" in case:
        return loader.DataSet(*[ramp(shape) for shape in case["arrays"]], **case["arguments"])
    sets = loader.read_data_sets(directory, **case["arguments"])
    return getattr(sets, case.get("set", "train"))


def run(loader, tensorflow, directory, case):
    """Runs a case.

    Args:
      loader: a module with `read_data_sets` and `DataSet`.
      tensorflow: the module, for its graph seed.
      directory: where `write_set` has written.
      case: one of `CASES`.

    Returns:
      The result of each step, ready for JSON; or the error that opening the set ended in.
    """
    numpy.random.seed(case["numpy_seed"])
    with tensorflow.Graph().as_default():
        if case["graph_seed"] is not None:
            tensorflow.set_random_seed(case["graph_seed"])
        data = attempt(lambda: opened(loader, directory, case))
        if isinstance(data, dict):
            return [data] + [take(None, step) for step in case.get("after", ())]
        return [attempt(lambda step=step: take(data, step)) for step in case["steps"]]


def main(path):
    import tensorflow
    from tensorflow.contrib.learn.python.learn.datasets import mnist as loader

    directory = tempfile.mkdtemp()
    try:
        write_set(directory)
        results = dict((case["name"], run(loader, tensorflow, directory, case)) for case in CASES)
    finally:
        shutil.rmtree(directory)
    recorded = {}
    if os.path.exists(path):
        with io.open(path, encoding="utf-8") as file:
            recorded = json.load(file)
    recorded[tensorflow.__version__] = results
    text = json.dumps(recorded, indent=1, sort_keys=True, separators=(",", ": "))
    with io.open(path, "wb") as file:
        file.write((text + "\n").encode("ascii"))


if __name__ == "__main__":
    main(sys.argv[1])
