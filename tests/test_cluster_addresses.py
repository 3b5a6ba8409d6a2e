"""The addresses of a cluster, as the command line and TF_CONFIG name them."""

import json
import re

import pytest

from legacy_cnn.cluster.place import EXAMPLE, Place
from legacy_cnn.errors import UsageError

SPEC = "ps=a:1,worker=b:2,worker=c:3"


def place(job="worker", task=0, addresses=SPEC, patience=60):
    return Place.of(addresses, job, task, patience)


def test_addresses():
    assert place() == Place(("a:1",), ("b:2", "c:3"), "worker", 0)
    assert place().is_chief and not place(task=1).is_chief and not place("ps").is_chief
    assert place().words() == SPEC
    assert place("ps").device == "/job:ps/task:0"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"addresses": "a:1"}, "cluster must be ps=HOST:PORT"),
        ({"addresses": "ps=a:1"}, "cluster names no worker"),
        ({"addresses": "ps=a:1,worker=b"}, "cluster has 'b', expected HOST:PORT"),
        ({"addresses": "ps=a:1,worker=b:70000"}, "expected HOST:PORT"),
        ({"addresses": "ps=a:1,worker=a:1"}, "an address twice"),
        ({"job": "chief"}, "job must be ps or worker"),
        ({"task": 2}, "task must be from 0 to 1, not 2"),
        ({"task": None}, "cluster needs job and task too"),
        ({"patience": 0}, "patience must be above 0"),
        ({"patience": float("nan")}, "patience must be above 0"),
        ({"patience": float("inf")}, "patience must be above 0 and at most 604800, not inf"),
        ({"addresses": "TF_CONFIG"}, "cluster TF_CONFIG reads the environment variable TF_CONFIG"),
    ],
)
def test_wrong_addresses(words, message):
    with pytest.raises(UsageError, match=re.escape(message)):
        place(**words)


@pytest.mark.parametrize(
    ("task", "expected"),
    [
        ({"type": "chief", "index": 0}, ("worker", 0)),
        ({"type": "worker", "index": 0}, ("worker", 1)),
        ({"type": "ps", "index": "0"}, ("ps", 0)),
    ],
)
def test_tf_config(monkeypatch, task, expected):
    cluster = {"chief": ["b:2"], "worker": ["c:3"], "ps": ["a:1"]}
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": task}))
    found = Place.of("TF_CONFIG", None, None, 60)
    assert (found.job, found.task) == expected
    assert found.words() == SPEC


@pytest.mark.parametrize(
    ("task", "message"),
    [
        ({"type": "chief", "index": 1}, "cluster has no chief 1 in TF_CONFIG"),
        ({"type": "worker", "index": -1}, "cluster has no worker -1 in TF_CONFIG"),
        ({"type": "evaluator", "index": 0}, "cluster has no evaluator 0 in TF_CONFIG"),
        ({"type": "ps", "index": float("inf")}, "TF_CONFIG must be like"),
        ({"type": "ps", "index": 0.9}, "TF_CONFIG must be like"),
        ({"type": "ps", "index": False}, "TF_CONFIG must be like"),
        ({"type": "ps", "index": "one"}, "TF_CONFIG must be like"),
        ({"type": "ps", "index": "1" * 5000}, "TF_CONFIG must be like"),
        ({"type": ["ps"], "index": 0}, "TF_CONFIG must be like"),
        (None, "TF_CONFIG must be like"),
    ],
)
def test_a_task_that_tf_config_does_not_have(monkeypatch, task, message):
    cluster = {"chief": ["b:2"], "worker": ["c:3"], "ps": ["a:1"]}
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": cluster, "task": task}))
    with pytest.raises(UsageError, match=message):
        Place.of("TF_CONFIG", None, None, 60)


def test_a_task_beside_tf_config(monkeypatch):
    monkeypatch.setenv("TF_CONFIG", EXAMPLE)
    assert Place.of("TF_CONFIG", None, None, 60).device == "/job:ps/task:0"
    assert Place.of("TF_CONFIG", "worker", 0, 60).device == "/job:worker/task:0"
    with pytest.raises(UsageError, match="cluster needs job and task too"):
        Place.of("TF_CONFIG", "worker", None, 60)


def test_a_tf_config_that_is_not_json(monkeypatch, called):
    monkeypatch.setenv("TF_CONFIG", "[1")
    done = called("train", "--cluster", "TF_CONFIG")
    assert (done.returncode, "variable TF_CONFIG is not JSON: Expecting" in done.stderr) == (
        2,
        True,
    )
    monkeypatch.setenv("TF_CONFIG", json.dumps({"cluster": {"ps": {"0": "a:1"}}}))
    shown = " ".join(called("train", "--cluster", "TF_CONFIG").stderr.split())
    assert shown.endswith(f"TF_CONFIG must be like {EXAMPLE}.")
