"""The listing's steps on old releases are timed in turns with ours, and shown."""

import json
import sys

import pytest

from experiments import __main__ as runner
from experiments import original_steps
from experiments.support import recorded
from experiments.tables import original_steps as tables
from legacy_cnn.bench import timings
from legacy_cnn.originals import environments, listing
from legacy_cnn.processes.ratios import timing
from legacy_cnn.processes.worker import Worker

#: What `turns_there.py` uses of TensorFlow.
TENSORFLOW = """
import collections
__version__ = "0.12.1"
ConfigProto = dict
def Session(config):
    print("a session", config)
    assert config == {"intra_op_parallelism_threads": THREADS}
"""
INPUT_DATA = """
import collections
class DataSet:
    num_examples = 256
    def next_batch(self, size):
        return size
def read_data_sets(directory, one_hot):
    return collections.namedtuple("Datasets", "train test")(DataSet(), None)
"""
LISTING = """
import tensorflow as tf
from tensorflow.examples.tutorials.mnist import input_data
mnist = input_data.read_data_sets("/tmp/data/", one_hot = True)
tf.Session()
while True:
    for _ in range(int(mnist.train.num_examples/128)):
        assert mnist.train.next_batch(128) == 128
"""


@pytest.fixture
def release(tmp_path, monkeypatch):
    """A release that is set up, with as much of TensorFlow as is needed."""
    site = tmp_path / "site" / "tensorflow"
    mnist = site / "examples" / "tutorials" / "mnist"
    mnist.mkdir(parents=True)
    for folder in (site.joinpath("examples"), mnist.parent, mnist):
        (folder / "__init__.py").touch()
    threads = original_steps.available_cores()
    (site / "__init__.py").write_text(TENSORFLOW.replace("THREADS", str(threads)))
    (mnist / "input_data.py").write_text(INPUT_DATA)
    python = tmp_path / "0.12.1" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text(f'#!/bin/sh\nPYTHONPATH={site.parent} exec {sys.executable} "$@"\n')
    python.chmod(0o755)
    monkeypatch.setenv(environments.VARIABLE, str(tmp_path))
    monkeypatch.setattr(listing, "provide_data", lambda: False)
    monkeypatch.setattr(listing, "source", lambda version, epochs: LISTING)
    return tmp_path


#: Takes its steps as a contender of `bench` does.
CONTENDER = """
import json, sys
print(json.dumps({"first_step": 0}), flush=True)
for line in sys.stdin:
    print(json.dumps({"seconds": [1.0] * json.loads(line)["train"], "memory": 1}), flush=True)
"""


def test_a_small_run(release, tmp_path, monkeypatch, capsys):
    script = tmp_path / "contender.py"
    script.write_text(CONTENDER)
    broken = tmp_path / "broken.py"
    broken.write_text("raise ValueError('no oneDNN')")

    def begin(contender, threads):
        return Worker(contender.title, str(broken if contender.title.endswith("on") else script))

    monkeypatch.setattr(timings, "begin", begin)
    assert runner.main(["original_steps", "--quick", str(tmp_path / "new"), "0.12.1"]) == 0
    assert "training: round 1 of 1" in capsys.readouterr().err
    record = json.loads((tmp_path / "new" / "original_steps.json").read_text())
    assert set(record["contenders"]) == {"graph", "listing", "0.12.1"}
    assert record["failed"] == {
        "listing-onednn": "listing, oneDNN on stopped: ValueError: no oneDNN"
    }
    there = record["contenders"]["0.12.1"]
    assert there["versions"]["tensorflow"] == "0.12.1"
    assert len(there["seconds"]) == 1 and len(there["seconds"][0]) == 2
    assert 0 < there["ratio"] < 1  # of a step that takes a second
    assert record["contenders"]["graph"]["seconds"] == [[1.0, 1.0]]


def test_a_release_that_is_not_set_up(release, tmp_path, capsys):
    assert runner.main(["original_steps", "--quick", str(tmp_path / "new"), "1.4.0"]) == 1
    assert capsys.readouterr().err.startswith("error: TensorFlow 1.4.0 is not set up in ")


def contender(title, *rounds, **versions):
    baseline = [[0.04, 0.04], [0.04, 0.08]]
    return {
        "title": title,
        "versions": {"python": "3.11.7", "tensorflow": "2.21.0", **versions},
        **timing(rounds, baseline, 128),
        "seconds": rounds,
    }


RECORD = {
    "machine": {"processor": "CPU", "cores": 2},
    "threads": 2,
    "rounds": 2,
    "steps": 2,
    "contenders": {
        "graph": contender("legacy-cnn train", [0.04, 0.04], [0.04, 0.08]),
        "0.12.1": contender("listing, TensorFlow 0.12.1", [0.2, 0.2], [0.24, 0.24], python="2.7"),
    },
    "failed": {"listing": "It stopped."},
}


def test_the_tables(monkeypatch):
    monkeypatch.setattr(recorded, "read", {"original_steps": RECORD}.get)
    assert tables.original_steps().splitlines() == [
        "2 cores of an CPU, 2 threads, 2 rounds of 2 steps; here: TensorFlow 2.21.0. listing could "
        "not be measured: It stopped.",
        "",
        "|  | Python | Median (ms) | Minimum (ms) | Times legacy-cnn train | Times the listing of "
        "today |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        "| listing, TensorFlow 0.12.1 | 2.7 | 220.0 | 200.0 | 4.50 [4.25 to 4.75] |  |",
        "| legacy-cnn train | 3.11.7 | 40.0 | 40.0 | 1.00 [1.00 to 1.00] |  |",
    ]
    assert tables.faster() == (
        "- A step takes 220 ms on TensorFlow 0.12.1, and 40 ms here: `legacy-cnn train` is 4.50 "
        "[4.25 to 4.75] times as fast."
    )
