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


def case(name, numpy_seed, graph_seed, steps, **arguments):
    """A case; `arguments` are those of `read_data_sets` or `DataSet`."""
    return {
        "name": name,
        "numpy_seed": numpy_seed,
        "graph_seed": graph_seed,
        "steps": steps,
        "arguments": arguments,
    }


#: A numpy seed is set before the sets are read, a graph seed in the graph that they are read in.
#: Each set is what `read_data_sets(directory, **arguments)` returns, or `DataSet(...)`.
CASES = [
    case(
        "over three ends of an epoch",
        3,
        7,
        batches(*[16] * 11) + STATE,
        one_hot=True,
        validation_size=10,
    ),
    case(
        "ends that fit, and empty batches",
        4,
        0,
        batches(0, 25, 25, 0, 50, 50, 1, 50) + STATE,
        validation_size=10,
    ),
    case(
        "bytes in their shape",
        5,
        2147483647,
        batches(*[25] * 5) + STATE,
        dtype="uint8",
        reshape=False,
        validation_size=0,
    ),
    dict(
        case("validation", 6, 8, batches(40, 40, 40) + STATE, validation_size=60), set="validation"
    ),
    dict(case("test", 6, 8, batches(7, 7, 7, 7) + STATE, validation_size=10), set="test"),
    case(
        "a script's own draws between",
        9,
        9,
        [["rand"]]
        + batches(30)
        + [["rand"]]
        + batches(30)
        + STATE
        + [["seed", 5]]
        + batches(30)
        + [["rand"]]
        + batches(30),
        validation_size=10,
    ),
    case(
        "a batch larger than the set",
        10,
        10,
        batches(4, 12) + STATE + batches(3, 3, 11, 10) + STATE,
        validation_size=50,
    ),
    case(
        "no shuffle",
        11,
        11,
        batches(20, 20, 20, shuffle=False) + STATE + batches(20, 20),
        validation_size=10,
    ),
    case("seed", 12, None, batches(20, 20, 20, 20, 20, 20) + STATE, validation_size=10, seed=12),
    case("seed and graph seed", 12, 13, batches(20, 20, 20) + STATE, validation_size=10, seed=12),
    case("source_url", 14, 14, batches(20, 20, 20), validation_size=10, source_url=""),
    case("an argument that none had", 14, 14, [], seeds=1),
    case(
        "fake",
        15,
        15,
        batches(3, fake_data=True)
        + batches(3)
        + STATE
        + batches(9998)
        + [["rand"]]
        + batches(2)
        + [["epochs"]],
        fake_data=True,
    ),
    case("fake, one-hot", 15, 15, batches(2, fake_data=True), fake_data=True, one_hot=True),
    case(
        "fake labels of a real set",
        15,
        15,
        batches(2, fake_data=True) + batches(20),
        validation_size=10,
    ),
    case("validation_size too large", 16, 16, [], validation_size=61),
    case("validation_size too small", 16, 16, [], validation_size=-1),
    dict(case("dtype", 17, 17, [], dtype="int32", validation_size=10), after=[["rand"]]),
    dict(case("DataSet", 18, 18, batches(4, 4, 4, 4, 4) + STATE), arrays=[[9, 2, 2, 1], [9]]),
    dict(
        case(
            "DataSet, in its shape",
            18,
            19,
            batches(4, 4, 4, 4, 4) + STATE,
            reshape=False,
            dtype="uint8",
        ),
        arrays=[[9, 2, 2, 3], [9]],
    ),
    dict(case("DataSet, seed", 18, None, batches(4, 4, 4), seed=4), arrays=[[9, 2, 2, 1], [9]]),
    dict(case("DataSet, lengths", 18, 20, []), arrays=[[9, 2, 2, 1], [8]]),
    dict(case("DataSet, channels", 18, 20, []), arrays=[[9, 2, 2, 3], [9]]),
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
