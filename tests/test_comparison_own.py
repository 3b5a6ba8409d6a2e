"""`legacy-cnn compare GRAPH EAGER`: what two functions of the user's compute, cost and print."""

import json
import sys

import numpy as np
import pytest
import tensorflow
import tensorflow.compat.v1 as tf

from legacy_cnn import show
from legacy_cnn.comparison.own import compare_own
from legacy_cnn.errors import UsageError, UserCodeError
from legacy_cnn.results import OwnComparison
from support.samples import OWN

pytestmark = pytest.mark.tensorflow

X = np.arange(6, dtype=np.float32).reshape(2, 3)


def graph(x=X):
    print("building")
    tf.print("never run")
    W = tf.Variable(tf.ones([3, 2]))
    return {"product": tf.matmul(x, W), "count": tf.size(x)}


def eager(x):
    print("called", type(x).__name__)
    tensorflow.print("run")
    tensorflow.print("run, too", output_stream=sys.stdout)
    W = tensorflow.ones([3, 2])
    return {"product": x @ W, "count": tensorflow.size(x)}


@pytest.fixture(scope="module")
def result():
    return compare_own(graph, eager)


def test_equal_functions(result):
    assert result.inputs == {"x": "float32 (2, 3)"}
    assert result.dialects["graph"].outputs == ("int32 ()", "float32 (2, 2)")
    equal = {"eager": 0.0, "function": 0.0}
    assert result.values == {"output 0": equal, "output 1": equal}
    assert all(dialect.repeats for dialect in result.dialects.values())


def test_what_is_printed_when(result):
    prints = {name: dialect.prints for name, dialect in result.dialects.items()}
    assert prints["graph"] == {"built": ("building",), "call 1": (), "call 2": ()}
    assert prints["eager"] == dict.fromkeys(
        ("call 1", "call 2"), ("called EagerTensor", "run", "run, too")
    )
    assert prints["function"] == {
        "call 1": ("called SymbolicTensor", "run", "run, too"), "call 2": ("run", "run, too"),
    }  # fmt: skip


def test_what_they_cost(result):
    dialects = result.dialects
    assert {name: each.calls for name, each in dialects.items()} == {
        "graph": 1, "eager": dialects["eager"].calls, "function": 1,
    }  # fmt: skip
    assert dialects["eager"].calls > 1 and dialects["eager"].operations is None
    assert dialects["graph"].operations > 3 and dialects["function"].operations > 3
    assert all(0 < each.later < each.first for each in dialects.values())


def test_different_functions():
    def other(x):
        return {"product": 2 * x @ tensorflow.ones([3, 2]), "count": tensorflow.shape(x)}

    result = compare_own(graph, other)
    assert result.values["output 1"]["eager"] == 1.0
    assert result.values["output 0"]["function"] is None
    assert "int32 (2,)" in show.plain(result)


def test_what_is_random_is_said():
    result = compare_own(graph, lambda x: (tensorflow.size(x), tensorflow.random.uniform([2, 2])))
    repeats = {name: dialect.repeats for name, dialect in result.dialects.items()}
    assert repeats == {"graph": True, "eager": False, "function": False}
    assert "Two calls with the same inputs differ (eager, tf.function)" in show.plain(result)


def test_what_cannot_be_compared():
    with pytest.raises(UsageError, match="The argument x of eager has no value to compare with"):
        compare_own(eager, eager)
    with pytest.raises(UsageError, match="returned no tensor"):
        compare_own(lambda x=X: None, eager)
    with pytest.raises(UserCodeError, match=r"ZeroDivisionError.*test_comparison_own\.py, line"):
        compare_own(graph, lambda x: 1 / 0)


def test_the_command(tmp_path, called):
    (tmp_path / "pair.py").write_text(
        "import numpy as np\nprint('imported')\n"
        "def graph(x=np.ones(3)):\n    return 2 * x\ndef eager(x):\n    return x + x\n"
    )
    names = [f"{tmp_path / 'pair.py'}:{name}" for name in ("graph", "eager")]
    done = called("compare", *names, "--json")
    assert done.returncode == 0, done.stderr
    result = OwnComparison.from_json(json.loads(done.stdout))
    assert result.values == {"output 0": {"eager": 0.0, "function": 0.0}}
    assert "imported" in done.stderr
    alone = called("compare", names[0])
    assert alone.returncode == 2 and "GRAPH and EAGER, or neither" in alone.stderr
    steps = called("compare", *names, "--steps", "3")
    assert steps.returncode == 2 and "--steps is for the tutorial's network" in steps.stderr


def test_the_view():
    shown = show.plain(OWN)
    for text in ("0.80", "float32 (2, 2)", "1.2e-07", "print: tf.Tensor(2.5)", "differ (eager)"):
        assert text in shown, text
    empty = OwnComparison.from_json({**OWN.to_json(), "dialects": {}})
    assert "pair.py:eager" in show.plain(empty)
