"""`tensorflow.contrib.eager`, as 1.15 had it."""

import pytest

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def tfe(old):
    """`tf.contrib.eager`, with eager execution."""
    old.contrib.eager.enable_eager_execution()
    assert old.contrib.eager.executing_eagerly() and old.contrib.eager.in_eager_mode()
    return old.contrib.eager


def numbers(tensors):
    return [float(each) for each in tensors]


def test_gradients(old, tfe):
    w = tfe.Variable(3.0, name="w")

    def loss(x):
        return w * w * x

    ((gradient, variable),) = tfe.implicit_gradients(loss)(2.0)
    assert float(gradient) == 12 and variable is w
    value, pairs = tfe.implicit_value_and_gradients(loss)(2.0)
    assert (float(value), float(pairs[0][0])) == (18, 12)
    assert numbers(tfe.gradients_function(lambda x, y: x * y)(2.0, 3.0)) == [3, 2]
    value, both = tfe.value_and_gradients_function(lambda x, y: x * y)(2.0, 3.0)
    assert (float(value), numbers(both)) == (6, [3, 2])
    old.train.GradientDescentOptimizer(0.5).apply_gradients([(gradient, w)])
    assert float(w) == -3


def test_iterator(old, tfe):
    iterator = tfe.Iterator(old.data.Dataset.range(3))
    assert int(iterator.next()) == 0 and [int(each) for each in iterator] == [1, 2]


def test_network(old, tfe):
    class Net(tfe.Network):
        def __init__(self):
            super().__init__()
            self.one = self.track_layer(old.layers.Dense(3))
            self.two = self.track_layer(old.layers.Dense(2))

        def call(self, x):
            return self.two(self.one(x))

    net = Net()
    assert net(old.ones([4, 5])).shape.as_list() == [4, 2]
    assert [each.shape.as_list() for each in net.variables] == [[5, 3], [3], [3, 2], [2]]


def test_what_has_another_name(old, tfe):
    for name, today in (
        ("Checkpoint", old.train.Checkpoint), ("GradientTape", old.GradientTape),
        ("TensorSpec", old.TensorSpec), ("custom_gradient", old.custom_gradient),
        ("defun", old.function), ("function", old.function), ("py_func", old.py_function),
        ("make_template", old.make_template),
    ):  # fmt: skip
        assert getattr(tfe, name) is today
    assert tfe.num_gpus() >= 0 and tfe.Sequential.__name__ == "Sequential"
    with pytest.raises(AttributeError):
        tfe.EagerVariableStore  # noqa: B018
