"""`tensorflow.contrib.slim`."""

import pytest

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def slim(old):
    return old.contrib.slim


def test_slim_has_layers_scopes_and_variables(old, slim):
    layers = old.contrib.layers
    with slim.arg_scope([slim.conv2d], weights_regularizer=slim.l2_regularizer(0.5), stride=2):
        net = slim.conv2d(old.zeros([1, 8, 8, 3]), 4, [3, 3], scope="conv")
    assert net.shape.as_list() == [1, 4, 4, 4]
    assert [each.op.name for each in slim.get_model_variables()] == ["conv/weights", "conv/biases"]
    assert len(slim.losses.get_regularization_losses()) == 1
    for name in ("bow_encoder", "embed_sequence", "real_valued_column", "one_hot_column"):
        assert getattr(slim, name) is getattr(layers, name)


# TensorFlow's own Supervisor writes once more.
@pytest.mark.filterwarnings("ignore:Attempting to use a closed FileWriter")
def test_training_goes_on_where_it_was(old, slim, tmp_path):
    for last in (2, 4):
        old.reset_default_graph()
        w = slim.model_variable("w", shape=[], initializer=old.ones_initializer())
        slim.losses.mean_squared_error(old.reshape(w, [1]), old.zeros([1]))
        train = slim.learning.create_train_op(
            slim.losses.get_total_loss(), old.train.GradientDescentOptimizer(0.25)
        )
        slim.learning.train(
            train, str(tmp_path), number_of_steps=last, save_interval_secs=0, save_summaries_secs=0
        )
    reader = old.train.NewCheckpointReader(old.train.latest_checkpoint(str(tmp_path)))
    assert reader.get_tensor("w") == 0.5**4 and reader.get_tensor("global_step") == 4


def test_evaluation(old, slim, tmp_path):
    w = slim.model_variable("w", shape=[], initializer=old.ones_initializer())
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        path = old.train.Saver().save(session, str(tmp_path / "model.ckpt"))
    names, updates = slim.metrics.aggregate_metric_map(
        {"mean": slim.metrics.streaming_mean(old.stack([w, 3.0]))}
    )
    found = slim.evaluation.evaluate_once(
        "",
        path,
        str(tmp_path / "logs"),
        num_evals=2,
        eval_op=list(updates.values()),
        final_op=names["mean"],
    )
    assert found == 2


def test_data_sets_are_read(old, slim, tmp_path):
    path = str(tmp_path / "data.tfrecord")
    with old.python_io.TFRecordWriter(path) as writer:
        for label in range(4):
            example = old.train.Example()
            example.features.feature["label"].int64_list.value.append(label)
            writer.write(example.SerializeToString())
    decoder = slim.tfexample_decoder.TFExampleDecoder(
        {"label": old.FixedLenFeature([], old.int64)},
        {"label": slim.tfexample_decoder.Tensor("label")},
    )
    data = slim.dataset.Dataset(path, old.TFRecordReader, decoder, 4, {"label": "A digit."})
    provider = slim.dataset_data_provider.DatasetDataProvider(data, shuffle=False)
    (label,) = provider.get(["label"])
    with old.Session() as session, slim.queues.QueueRunners(session):
        assert [session.run(label) for _ in range(3)] == [0, 1, 2]


@pytest.mark.parametrize(("net", "variables"), [("alexnet_v2", 16), ("vgg_a", 22)])
def test_nets(old, slim, net, variables):
    module = getattr(slim.nets, net.partition("_")[0])
    output, _ = getattr(module, net)(old.placeholder(old.float32, [1, 224, 224, 3]), 10)
    assert output.shape.as_list() == [1, 10]
    assert len(old.global_variables()) == variables
    assert getattr(slim.python.slim.nets, net.partition("_")[0]) is module


def test_resnet(old, slim):
    nets = slim.nets
    unit = {"depth": 8, "depth_bottleneck": 2, "stride": 1}
    block = nets.resnet_utils.Block("block1", nets.resnet_v1.bottleneck, [unit])
    with slim.arg_scope(nets.resnet_utils.resnet_arg_scope()):
        net, _ = nets.resnet_v1.resnet_v1(old.zeros([1, 32, 32, 3]), [block], 10, scope="res")
    assert net.shape.as_list() == [1, 1, 1, 10]
    weights = [each.op.name for each in slim.get_variables_by_suffix("weights")]
    assert weights == [
        "res/conv1/weights",
        "res/block1/unit_1/bottleneck_v1/shortcut/weights",
        "res/block1/unit_1/bottleneck_v1/conv1/weights",
        "res/block1/unit_1/bottleneck_v1/conv2/weights",
        "res/block1/unit_1/bottleneck_v1/conv3/weights",
        "res/logits/weights",
    ]
