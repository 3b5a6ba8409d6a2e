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


def test_metrics(old, tfe):
    accuracy = tfe.metrics.Accuracy()
    labels, _ = accuracy([1, 0, 1], [1, 1, 1])
    assert labels == [1, 0, 1] and accuracy.name == "Accuracy"
    assert accuracy.result().dtype == old.float64 and float(accuracy.result()) == pytest.approx(
        2 / 3
    )
    assert [each.name for each in accuracy.variables] == ["Accuracy/numer:0", "Accuracy/denom:0"]
    accuracy.init_variables()
    accuracy([1], [1], weights=[2.0])
    assert float(accuracy.value()()) == 1
    mean = tfe.metrics.Mean("loss of it")
    mean([1, 3]), mean(5, 2)
    assert float(mean.result()) == 3.5 and mean.name == "loss of it"
    binary = tfe.metrics.BinaryAccuracy(0.5)
    binary([1, 0], [0.6, 0.7])
    sparse = tfe.metrics.SparseAccuracy()
    sparse([1, 0], [[0.1, 0.9], [0.2, 0.8]])
    categorical = tfe.metrics.CategoricalAccuracy()
    categorical([[0, 1]], [[0.1, 0.9]])
    assert numbers([binary.result(), sparse.result(), categorical.result()]) == [0.5, 0.5, 1]
    with pytest.raises(old.errors.InvalidArgumentError, match="Shapes of labels and predictions"):
        accuracy([1, 2], [1])


def test_a_metric_of_ones_own_in_a_graph(old):
    class Last(old.contrib.eager.metrics.Metric):
        def build(self, value):
            self.last = self.add_variable("last", (), old.float32, old.zeros_initializer())

        def call(self, value):
            self.last.assign(value)

        def result(self):
            return self.last.read_value()

    fed, metric = old.placeholder(old.float32, []), Last()
    update = metric(fed)
    assert [each.name for each in old.local_variables()] == ["Last/last:0"]
    result, start = metric.value(), metric.init_variables()
    with old.Session() as session:
        session.run(start)
        session.run(update, {fed: 4.0})
        assert session.run(result) == 4


def test_saver_and_the_rest(old, tfe, tmp_path):
    v, optimizer = tfe.Variable(3.0, name="v"), old.train.AdamOptimizer(0.1)
    optimizer.apply_gradients([(old.constant(1.0), v)])
    assert len(tfe.get_optimizer_variables(optimizer)) == 4
    path = tfe.Saver([v]).save(str(tmp_path / "model"), global_step=2)
    assert path.endswith("model-2")
    v.assign(0.0)
    tfe.Saver([v]).restore(path)
    assert float(v) == pytest.approx(2.9)
    assert any("CPU:0" in each for each in tfe.list_devices()) and callable(tfe.run)
