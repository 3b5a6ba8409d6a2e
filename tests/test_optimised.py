"""The optimised graph: the parity ladder holds it against the tutorial's."""

import numpy as np
import pytest
import tensorflow.compat.v1 as tf

from conftest import command, without_times
from legacy_cnn import optimised, show, training, tutorial
from legacy_cnn.errors import ParityError
from legacy_cnn.results.report import NOT_COMPARED, PASSED
from support.ports import LADDER, statuses

pytestmark = pytest.mark.tensorflow


@pytest.mark.parametrize(
    "left_out",
    [
        ("update", "steps", "predictions", "initial weights"),
        pytest.param((), marks=pytest.mark.slow),
    ],
)
def test_it_is_the_same_program(compare, left_out):
    report = compare(optimised.graph(), except_for=left_out)
    assert report.same, show.plain(report)
    left_out = dict.fromkeys(("batch", "fit", *left_out), NOT_COMPARED)  # a graph brings neither
    assert statuses(report) == {**dict.fromkeys(LADDER, PASSED), **left_out}
    rungs = {rung.name: rung.findings for rung in report.rungs}
    seen = {finding.tensor for finding in rungs["forward"]}
    assert seen >= set(optimised.LAYERS)
    for name in ("forward", "loss", "predictions"):
        for finding in (each for each in rungs[name] if each.figures):
            # Rewrite [a] is exact. The product of [c] is rounded differently where oneDNN adds
            # its terms in another order: 4e-7 of the largest logit were measured with AVX-512.
            bound = 0 if finding.tensor in ("pool1", "pool2") else 1e-6
            assert finding.figures.relative <= bound, finding
    assert {each.figures.absolute for each in rungs["gradients"]} > {0}  # not the same graph


def test_all_rewrites_are_in_the_graph():
    graph, _ = optimised.graph()
    relus = [op for op in graph.get_operations() if op.type == "Relu"]
    assert [_first(each, ("Conv2D", "MaxPool", "MatMul")) for each in relus] == [
        "MaxPool", "MaxPool", "MatMul",
    ]  # fmt: skip
    assert [op.type for op in graph.get_operations()].count("BatchMatMulV2") == 1
    assert graph.get_tensor_by_name("MatMul:0").shape[1] == 1024 + optimised.PADDING


def _first(op, types):
    """The first of these types of operation on the way back."""
    return op.type if op.type in types else _first(op.inputs[0].op, types)


def changed(monkeypatch, **names):
    for name, value in names.items():
        monkeypatch.setattr(optimised, name, value)
    return optimised.graph()


@pytest.mark.slow  # as a wrong gradient is
def test_a_wrong_rewrite_is_caught(compare, monkeypatch):
    def average(x):
        return tf.nn.avg_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "SAME")

    rung, finding = compare(changed(monkeypatch, maxpool2d=average)).first
    # Its relu follows the pool: what differs lies between the image and the pool.
    assert (rung.name, finding.tensor) == ("forward", "conv1")


@pytest.mark.slow
def test_a_wrong_gradient_is_caught(compare, monkeypatch):
    @tf.custom_gradient
    def doubled(x, W):
        return tf.matmul(x, W), lambda upstream: (
            2 * tf.matmul(upstream, W, transpose_b=True),
            tf.matmul(x, upstream, transpose_a=True),
        )

    rung, finding = compare(changed(monkeypatch, product=doubled)).first
    assert (rung.name, finding.tensor) == ("gradients", "gradient with respect to b_conv2")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ({"layers": {"pool1": "nothing"}}, "has no tensor nothing"),
        ({"unknown": "x"}, "unknown name 'unknown'"),
    ],
)
def test_names_that_do_not_fit(compare, names, message):
    graph, own = optimised.graph()
    with pytest.raises(ParityError, match=message):
        compare((graph, {**own, **names}))


@pytest.mark.slow
def test_a_graph_without_loss_and_optimizer(compare):
    with tf.Graph().as_default() as graph:
        tutorial.build_graph()
    report = compare((graph, {"loss": None, "train": None}))
    assert report.verdict == "same as far as compared"
    lacking = {"batch", "loss", "gradients", "update", "steps", "fit"}
    assert {n for n, s in statuses(report).items() if s == NOT_COMPARED} == lacking


@pytest.mark.slow
def test_it_trains_as_the_tutorial_does(settings, whole, tmp_path):
    results = training.train(tmp_path / "run", **{**settings, "graph": "optimised"})
    for own, tutorials in zip(results.epochs, whole.epochs, strict=True):
        # Rounding alone parts them, and grows with the steps: Adam divides by tiny gradients.
        assert np.isclose(own.loss, tutorials.loss, rtol=0.2)
    with training.open_run(tmp_path / "run") as (program, chosen):
        assert chosen.graph == "optimised"
        assert {op.type for op in program.graph.get_operations()} >= {"BatchMatMulV2"}


@pytest.mark.slow  # as a port does
def test_it_resumes_bit_for_bit(settings, tmp_path):
    given = {**settings, "graph": "optimised"}
    uninterrupted = training.train(tmp_path / "whole", **given)
    training.train(tmp_path / "run", **{**given, "epochs": 1})
    resumed = training.train(tmp_path / "run", resume=True, epochs=2)
    assert without_times(resumed) == without_times(uninterrupted)


def test_only_the_graph_has_another_graph(tmp_path):
    done = command("train", "--with", "eager", "--graph", "optimised", cwd=tmp_path)
    assert done.returncode == 2
    assert "--with eager supports only --graph tutorial, not optimised." in done.stderr
    assert not list(tmp_path.iterdir())
