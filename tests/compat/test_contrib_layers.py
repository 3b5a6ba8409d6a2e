"""`tensorflow.contrib.layers`: names, shapes, collections, values, as 1.15.5 prints them."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def layers(old):
    return old.contrib.layers


def _names(old):
    return {each.op.name: each.shape.as_list() for each in old.global_variables()}


def _collections(old):
    graph = old.get_default_graph()
    return {name: len(graph.get_collection(name)) for name in graph.get_all_collection_keys()}


def _ramp(old, *shape):
    return old.constant(np.linspace(-1, 2, int(np.prod(shape))).reshape(shape), old.float32)


def _run(old, tensor):
    """A tensor's first four values, weights being a ramp from -1 to 1."""
    with old.Session() as session:
        session.run([old.global_variables_initializer(), old.tables_initializer()])
        for each in old.trainable_variables():
            if not each.op.name.endswith(("beta", "gamma", "bias", "biases")):
                shape = each.shape.as_list()
                each.load(np.linspace(-1, 1, int(np.prod(shape))).reshape(shape), session)
        return np.asarray(session.run(tensor)).ravel()[:4].tolist()


def test_layers_make_the_variables_that_they_made(old, layers):
    image = _ramp(old, 2, 6, 6, 3)
    layers.conv2d(image, 4, 3)
    layers.conv2d(image, 4, [3, 2])
    layers.fully_connected(layers.flatten(image), 5, normalizer_fn=layers.batch_norm)
    layers.conv2d_transpose(image, 4, 3, scope="up")
    layers.separable_conv2d(image, 4, 3, depth_multiplier=2)
    layers.layer_norm(image)
    assert _names(old) == {
        "Conv/weights": [3, 3, 3, 4],
        "Conv/biases": [4],
        "Conv_1/weights": [3, 2, 3, 4],
        "Conv_1/biases": [4],
        "fully_connected/weights": [108, 5],
        "fully_connected/BatchNorm/beta": [5],
        "fully_connected/BatchNorm/moving_mean": [5],
        "fully_connected/BatchNorm/moving_variance": [5],
        "up/weights": [3, 3, 4, 3],
        "up/biases": [4],
        "SeparableConv2d/depthwise_weights": [3, 3, 3, 2],
        "SeparableConv2d/pointwise_weights": [1, 1, 6, 4],
        "SeparableConv2d/biases": [4],
        "LayerNorm/beta": [3],
        "LayerNorm/gamma": [3],
    }
    assert _collections(old) == {
        "variables": 15,
        "trainable_variables": 13,
        "model_variables": 15,
        "update_ops": 2,
    }


def test_stacked_layers_are_named_after_the_function(old, layers):
    layers.stack(_ramp(old, 2, 6, 6, 3), layers.conv2d, [(3, [2, 2]), (4, [1, 1])])
    layers.repeat(_ramp(old, 2, 6, 6, 3), 2, layers.conv2d, 4, 3, scope="c")
    assert [each for each in _names(old) if each.endswith("weights")] == [
        "Stack/convolution2d_1/weights",
        "Stack/convolution2d_2/weights",
        "c/c_1/weights",
        "c/c_2/weights",
    ]


@pytest.mark.parametrize(
    ("make", "values"),
    [
        (lambda tf, it: it.fully_connected(_ramp(tf, 2, 5), 4), [1.6667, 1.4912, 1.3158, 1.1404]),
        (lambda tf, it: it.linear(_ramp(tf, 2, 5), 4), [1.6667, 1.4912, 1.3158, 1.1404]),
        (lambda tf, it: it.legacy_fully_connected(_ramp(tf, 2, 5), 3), [1.6667, 1.4286, 1.1905]),
        (lambda tf, it: it.unit_norm(_ramp(tf, 2, 5), 1), [-0.7746, -0.5164, -0.2582, 0.0]),
        (lambda tf, it: it.layer_norm(_ramp(tf, 2, 5)), [-1.4142, -0.7071, 0.0, 0.7071]),
        (lambda tf, it: it.group_norm(_ramp(tf, 2, 6, 6, 3), 3), [-1.6846] * 3),
        (lambda tf, it: it.instance_norm(_ramp(tf, 2, 6, 6, 3)), [-1.6846] * 3),
        (lambda tf, it: it.maxout(_ramp(tf, 2, 6, 6, 3), 1), [-0.9721, -0.9302, -0.8884]),
        (lambda tf, it: it.spatial_softmax(_ramp(tf, 2, 6, 6, 3)), [-0.2822, -0.0488]),
    ],
)
def test_values(old, layers, make, values):
    found = _run(old, make(old, layers))
    assert found[: len(values)] == pytest.approx(values, abs=1e-4)


def test_batch_norm_moves_by_a_thousandth_and_has_no_scale(old, layers):
    layers.batch_norm(_ramp(old, 2, 5), scope="bn")
    assert list(_names(old)) == ["bn/beta", "bn/moving_mean", "bn/moving_variance"]
    updates = old.get_collection(old.GraphKeys.UPDATE_OPS)
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        session.run(updates)
        mean, variance = session.run(["bn/moving_mean:0", "bn/moving_variance:0"])
    assert mean == pytest.approx(0.001 * (np.linspace(-1, 2, 10).reshape(2, 5).mean(0)), abs=1e-6)
    assert variance[0] == pytest.approx(0.999 + 0.001 * 1.38889, abs=1e-6)


def test_regularizers_and_initializers(old, layers):
    x = old.constant([3.0, -4.0])
    penalties = [
        layers.l1_regularizer(0.5)(x),
        layers.l2_regularizer(0.5)(x),
        layers.l1_l2_regularizer(0.1, 0.2)(x),
        layers.sum_regularizer([layers.l1_regularizer(0.5), layers.l2_regularizer(0.5)])(x),
    ]
    xavier = layers.xavier_initializer()([300, 200])
    he = layers.variance_scaling_initializer()([300, 200])
    with old.Session() as session:
        assert session.run(penalties) == pytest.approx([3.5, 6.25, 3.2, 9.75])
        limit, deviation = np.abs(session.run(xavier)).max(), session.run(he).std()
    assert limit == pytest.approx((6 / 500) ** 0.5, rel=1e-3)
    # A normal distribution that is cut at two deviations of sqrt(1.3 * 2 / 300).
    assert deviation == pytest.approx(0.8796 * (2.6 / 300) ** 0.5, rel=0.02)
    assert layers.l2_regularizer(0.0)(x) is None


def test_optimize_loss_has_a_learning_rate_and_makes_steps(old, layers):
    w = old.get_variable("w", initializer=[1.0, -2.0])
    step = old.train.get_or_create_global_step()
    train = layers.optimize_loss(
        old.reduce_sum(old.square(w)), step, 0.1, "Adam", clip_gradients=1.0
    )
    assert train.op.name == "OptimizeLoss/control_dependency"
    assert list(_names(old)) == [
        "w",
        "global_step",
        "OptimizeLoss/learning_rate",
        "OptimizeLoss/beta1_power",
        "OptimizeLoss/beta2_power",
        "OptimizeLoss/w/Adam",
        "OptimizeLoss/w/Adam_1",
    ]
    assert len(old.get_collection(old.GraphKeys.SUMMARIES)) == 3
    with old.Session() as session:
        session.run(old.global_variables_initializer())
        session.run(train)
        assert session.run(w) == pytest.approx([0.9, -1.9], abs=1e-5)
        assert session.run(step) == 1


def test_embed_sequence(old, layers):
    plain = layers.embed_sequence([[1, 2], [0, 1]], 5, 3)
    unique = layers.embed_sequence([[1, 2], [0, 1]], 5, 3, unique=True, scope="once")
    again = layers.embed_sequence([[4]], scope="once", reuse=True)
    assert _names(old) == {"EmbedSequence/embeddings": [5, 3], "once/embeddings": [5, 3]}
    assert unique.op.name == "once/EmbeddingLookupUnique/Reshape_1"
    assert plain.shape.as_list() == unique.shape.as_list() == [2, 2, 3]
    assert old.get_collection(old.GraphKeys.MODEL_VARIABLES) == old.global_variables()
    for each in (plain, unique):
        assert _run(old, each) == pytest.approx([-0.5714, -0.4286, -0.2857, -0.1429], abs=1e-4)
    assert _run(old, again) == pytest.approx([0.7143, 0.8571, 1.0], abs=1e-4)
    with pytest.raises(ValueError, match="Must specify vocab size"):
        layers.embed_sequence([[1]])


@pytest.mark.parametrize(
    ("sparse", "values"),
    [(True, [-0.3571, -0.2143, -0.0714, -0.5714]), (False, [-0.3571, -0.2143, -0.0714, -0.7857])],
)
def test_bow_encoder_leaves_padding_out_where_it_is_sparse(old, layers, sparse, values):
    bag = layers.bow_encoder([[1, 2], [0, 1]], 5, 3, sparse_lookup=sparse)
    assert _names(old) == {"bow_encoder/embeddings": [5, 3]}
    assert bag.shape.as_list() == [2, 3]
    assert _run(old, bag) == pytest.approx(values, abs=1e-4)


def test_embedding_lookups(old, layers):
    rows = old.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    unique = layers.embedding_lookup_unique(rows, [[0, 2], [2, 1]])
    ids = old.SparseTensor([[0, 0], [2, 0]], old.constant([1, 2], old.int64), [3, 1])
    safe = layers.safe_embedding_lookup_sparse([old.get_variable("p", [4, 2])], ids)
    assert _run(old, unique) == [1, 2, 5, 6]
    assert _run(old, safe) == pytest.approx([-0.4286, -0.1429, 0, 0], abs=1e-4)


@pytest.mark.parametrize(
    "name",
    [
        "check_feature_columns",
        "joint_weighted_sum_from_feature_columns",
        "make_place_holder_tensors_for_base_features",
        "parse_feature_columns_from_sequence_examples",
        "sequence_input_from_feature_columns",
        "transform_features",
        "hashed_embedding_column",
        "scattered_embedding_column",
        "binary_svm_target",
        "multi_class_target",
        "regression_target",
    ],
)
def test_what_is_gone_says_what_to_use(layers, name):
    with pytest.raises(AttributeError) as caught:
        getattr(layers, name)
    assert "use tf." in caught.value.__notes__[0]


@pytest.mark.parametrize(
    "name",
    [
        "embedding_lookup_sparse_with_distributed_aggregation",
        "hashed_embedding_lookup",
        "hashed_embedding_lookup_sparse",
        "scattered_embedding_lookup",
        "scattered_embedding_lookup_sparse",
    ],
)
def test_embeddings_by_hash_are_gone(layers, name):
    assert not hasattr(layers.python.layers.encoders, name)


def test_one_thing_has_many_spellings(old, layers):
    below = layers.python.layers
    key = old.contrib.framework.arg_scope_func_key(layers.conv2d)
    for each in (below.layers.conv2d, below.conv2d, layers.convolution2d):
        assert old.contrib.framework.arg_scope_func_key(each) == key
    assert below.initializers.xavier_initializer is layers.xavier_initializer
    assert below.regularizers.l2_regularizer is layers.l2_regularizer
    assert below.encoders.embed_sequence is layers.embed_sequence
    assert below.feature_column is not None and layers.feature_column.real_valued_column
    assert layers.summaries.summarize_activation is layers.summarize_activation


def test_summaries_of_0x(old, layers):
    old.add_to_collection("weights", old.get_variable("w", [2]))
    old.add_to_collection("biases", old.get_variable("b", []))
    assert [each.op.type for each in layers.summarize_weights()] == ["HistogramSummary"]
    assert [each.op.type for each in layers.summarize_biases()] == ["ScalarSummary"]
    assert len(layers.summarize_variables()) == 2
    assert len(layers.summarize_variables(name_filter="w")) == 1


def test_seeds_are_the_same_in_all_spellings(old, layers):
    values = []
    for part in (layers, layers.python.layers, layers.python.layers.layers, old.contrib.slim):
        old.reset_default_graph()
        old.set_random_seed(1)
        part.conv2d(old.zeros([1, 4, 4, 1]), 2, 3)
        part.fully_connected(old.zeros([1, 2]), 1)
        with old.Session() as session:
            session.run(old.global_variables_initializer())
            values.append(session.run("fully_connected/weights:0").tolist())
    assert values.count(values[0]) == len(values)


def test_the_error_without_the_extra_says_how_to_install_it(monkeypatch):
    from legacy_cnn.compat import faces, tables

    monkeypatch.setattr(tables, "is_there", lambda name: False)
    with pytest.raises(ModuleNotFoundError, match="No module named 'tf_slim'") as caught:
        faces.resolved("tf_slim.layers")
    assert "pip install 'legacy-cnn[compat]'" in caught.value.__notes__[0]
