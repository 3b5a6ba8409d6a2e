"""`tensorflow.contrib.opt`: names of variables, and values as TensorFlow 1.15.5 prints them."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow

_ADAM, _ADAM_W = ("w/Adam", "w/Adam_1"), ("w/AdamW", "w/AdamW_1")
_ADA_MAX = ("w/AdaMax", "w/AdaMax_1")
_DECAY = {"weight_decay": 0.01}


@pytest.fixture
def opt(old):
    return old.contrib.opt


def _trained(old, optimizer, sparse):
    """The variables after four steps, by their names."""
    start = np.array([[1.0, -2.0], [3.0, 0.5], [2.0, 2.0]], np.float32)
    w = old.get_variable("w", initializer=start, use_resource=True)
    used = (
        old.nn.embedding_lookup(w, [0, 2]) if sparse else old.matmul(w, [[1.0, 2.0], [0.5, -1.0]])
    )
    step = optimizer(w).minimize(old.reduce_sum(old.square(used)))
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        for _ in range(4):
            session.run(step)
        return {each.op.name: session.run(each) for each in old.global_variables()}


@pytest.mark.parametrize(
    ("name", "arguments", "sparse", "variables", "first"),
    [
        ("NadamOptimizer", {}, False, ["beta1_power", "beta2_power", *_ADAM], [0.4433, -1.4391]),
        ("AdaMaxOptimizer", {}, False, ["beta1_power", *_ADA_MAX], [0.6252, -1.6212]),
        ("LazyAdamOptimizer", {}, True, ["beta1_power", "beta2_power", *_ADAM], [0.6039, -1.6015]),
        ("AdamWOptimizer", _DECAY, False, ["beta1_power", "beta2_power", *_ADAM_W], [0.57, -1.53]),
        ("MomentumWOptimizer", _DECAY | {"momentum": 0.9}, True, ["w/MomentumW"], [-0.31, 0.62]),
    ],
)
def test_optimizers(old, opt, name, arguments, sparse, variables, first):
    optimizer = getattr(opt, name)
    found = _trained(old, lambda _: optimizer(learning_rate=0.1, **arguments), sparse)
    assert list(found) == ["w", *variables]
    # Whether the gradient is of weights before or after their decay is left to chance.
    assert found["w"][0] == pytest.approx(first, abs=0.02 if arguments else 1e-4)
    assert (found["w"][1].tolist() == [3, 0.5]) == sparse


@pytest.mark.parametrize("resource", [False, True])
@pytest.mark.parametrize("name", ["NadamOptimizer", "AdaMaxOptimizer", "LazyAdamOptimizer"])
def test_variants_of_adam_take_both_kinds_of_variables(old, opt, name, resource):
    w = old.get_variable("w", initializer=[[1.0], [2.0]], use_resource=resource)
    losses = [old.reduce_sum(w), old.reduce_sum(old.nn.embedding_lookup(w, [1]))]
    optimizer = getattr(opt, name)(0.5)
    dense, sparse = (optimizer.minimize(each) for each in losses)
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        session.run(dense)
        session.run(sparse)
        (first,), (second,) = session.run(w)
    assert first < 0.51 and second < 1.4


def test_weights_decay_beside_any_optimizer(old, opt):
    base = old.train.GradientDescentOptimizer
    with_decay = opt.extend_with_decoupled_weight_decay(base)
    assert issubclass(with_decay, opt.DecoupledWeightDecayExtension)
    found = _trained(old, lambda _: with_decay(0.01, learning_rate=0.0), False)
    assert found["w"][0] == pytest.approx([0.99**4, -2 * 0.99**4], abs=1e-5)


def test_only_some_weights_decay(old, opt):
    a, b = (old.get_variable(name, initializer=1.0, use_resource=True) for name in "ab")
    optimizer = opt.MomentumWOptimizer(0.5, 0.0, 0.9)
    step = optimizer.apply_gradients(optimizer.compute_gradients(a + b, [a, b]), decay_var_list=[b])
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        session.run(step)
        assert session.run([a, b]) == [1, 0.5]


def test_a_saver_swaps_averages(old, opt, tmp_path):
    w = old.get_variable("w", initializer=[1.0, 2.0], use_resource=True)
    optimizer = opt.MovingAverageOptimizer(old.train.GradientDescentOptimizer(0.25), 0.5)
    with pytest.raises(RuntimeError, match="Must call apply_gradients or minimize"):
        optimizer.swapping_saver()
    step = optimizer.minimize(old.reduce_sum(w * w))
    saver = optimizer.swapping_saver()
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        session.run(step)
        path = saver.save(session, str(tmp_path / "model.ckpt"))
    reader = old.train.NewCheckpointReader(path)
    assert reader.get_tensor("w").tolist() == [0.75, 1.5]
    assert reader.get_tensor("w/ExponentialMovingAverage").tolist() == [0.5, 1]


def test_variables_are_clipped(old, opt):
    descent = old.train.GradientDescentOptimizer(0.0)
    optimizer = lambda w: opt.VariableClippingOptimizer(descent, {w: [1]}, 1.0)  # noqa: E731
    rows = _trained(old, optimizer, False)["w"]
    assert np.linalg.norm(rows, axis=1) == pytest.approx(1)


def test_external_optimizers(old, opt):
    steps, losses = [], []

    class Descent(opt.ExternalOptimizerInterface):
        def _minimize(self, initial_val, loss_grad_func, **given):
            assert given["optimizer_kwargs"] == {"rate": 0.25}
            assert given["packed_bounds"] == [(0, 5), (0, 5), (-np.inf, np.inf)]
            assert [each(initial_val) for each in given["equality_funcs"]] == [2]
            given["step_callback"](initial_val)
            return initial_val - 0.25 * loss_grad_func(initial_val)[1]

    w = old.get_variable("w", initializer=[[1.0, 2.0]])
    b = old.get_variable("b", initializer=3.0)
    descent = Descent(
        old.reduce_sum(w * w), equalities=[b - 1.0], var_to_bounds={w: (0, 5)}, rate=0.25
    )
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        descent.minimize(
            session, fetches=[b], loss_callback=losses.append, step_callback=steps.append
        )
        assert session.run(w).tolist() == [[0.5, 1]] and session.run(b) == 3
    assert steps[0].tolist() == [1, 2, 3] and losses == [3]
    with pytest.raises(NotImplementedError), old.Session() as session:
        session.run(old.global_variables_initializer())
        opt.ExternalOptimizerInterface(old.reduce_sum(w)).minimize(session)


def test_scipy_minimizes(old, opt):
    pytest.importorskip("scipy")
    w = old.get_variable("w", initializer=[1.0, 2.0])
    loss = old.reduce_sum(old.square(w - [3.0, -1.0]))
    with old.Session() as session:
        session.run(w.initializer)
        opt.ScipyOptimizerInterface(loss, options={"maxiter": 50}).minimize(session)
        assert session.run(w) == pytest.approx([3, -1], abs=1e-4)
        bounded = opt.ScipyOptimizerInterface(loss, var_to_bounds={w: (0.0, 2.0)})
        bounded.minimize(session)
        assert session.run(w) == pytest.approx([2, 0], abs=1e-4)
        with pytest.raises(ValueError, match="set using the var_to_bounds"):
            opt.ScipyOptimizerInterface(loss, bounds=[]).minimize(session)


@pytest.mark.parametrize(
    "name",
    [
        "AGNCustomGetter",
        "AGNOptimizer",
        "DropStaleGradientOptimizer",
        "ElasticAverageCustomGetter",
        "ElasticAverageOptimizer",
        "ModelAverageCustomGetter",
        "ModelAverageOptimizer",
        "AdamGSOptimizer",
        "LazyAdamGSOptimizer",
        "MultitaskOptimizerWrapper",
        "clip_gradients_by_global_norm",
        "AddSignOptimizer",
        "GGTOptimizer",
        "LARSOptimizer",
        "PowerSignOptimizer",
        "RegAdagradOptimizer",
        "ShampooOptimizer",
    ],
)
def test_what_is_gone(opt, name):
    assert not hasattr(opt, name)
