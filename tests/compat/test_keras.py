"""Keras in all its spellings, and `tensorflow.layers`, as in 1.15."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow

SPELLINGS = [
    "keras",
    "tensorflow.keras",
    "tensorflow.python.keras",
    "tensorflow.contrib.keras",
    "tensorflow.contrib.keras.api.keras",
    "tensorflow.contrib.keras.python.keras",
]
X = np.array([[1.0, 0.0], [0.0, 1.0]], np.float32)
Y = np.array([0, 1])


def imported(name):
    from legacy_cnn.compat.hook import faces

    return faces("program").imported(name)


@pytest.fixture
def keras(old):
    imported("keras").backend.clear_session()
    return imported("keras")


@pytest.fixture
def model(keras):
    return keras.models.Sequential(
        [
            keras.layers.Dense(3, activation="relu", input_shape=(2,), kernel_initializer="ones"),
            keras.layers.Dense(2, activation="softmax", kernel_initializer="zeros", name="out"),
        ]
    )


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings(keras, spelling):
    assert imported(spelling).Sequential is keras.Sequential
    assert imported(f"{spelling}.models").Sequential is keras.Sequential
    assert imported(f"{spelling}.layers.core").Dense is keras.layers.Dense
    assert imported(f"{spelling}.engine.topology").Input is keras.Input
    assert imported(f"{spelling}.utils.np_utils").to_categorical([1]).tolist() == [[0, 1]]
    assert imported(f"{spelling}.backend.tensorflow_backend").floatx() == "float32"
    assert imported(f"{spelling}.datasets.cifar10").load_data
    assert imported(f"{spelling}.preprocessing.sequence").pad_sequences
    assert imported(spelling).__version__ == "2.2.4-tf"


@pytest.mark.parametrize(
    "module, name",
    [
        ("layers.advanced_activations", "LeakyReLU"),
        ("layers.convolutional", "Conv2D"),
        ("layers.convolutional_recurrent", "ConvLSTM2D"),
        ("layers.embeddings", "Embedding"),
        ("layers.local", "LocallyConnected1D"),
        ("layers.merge", "Concatenate"),
        ("layers.noise", "GaussianNoise"),
        ("layers.normalization", "BatchNormalization"),
        ("layers.pooling", "MaxPooling2D"),
        ("layers.recurrent", "LSTM"),
        ("layers.wrappers", "TimeDistributed"),
        ("engine", "Model"),
        ("engine", "Container"),
        ("engine", "Network"),
        ("engine", "get_source_inputs"),
        ("engine.base_layer", "Layer"),
        ("engine.training", "Model"),
        ("utils.data_utils", "get_file"),
        ("utils.generic_utils", "Progbar"),
        ("utils.layer_utils", "get_source_inputs"),
        ("utils.vis_utils", "plot_model"),
        ("utils", "plot"),
        ("objectives", "mean_squared_error"),
        ("backend", "tf"),
    ],
)
def test_modules_that_moved(keras, module, name):
    assert getattr(imported(f"keras.{module}"), name)


def test_an_optimizer_of_tf_train_and_the_names_of_metrics(old, model):
    model.compile(
        old.train.GradientDescentOptimizer(0.5),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    assert [each.name for each in model.weights] == [
        "dense_1/kernel:0", "dense_1/bias:0", "out/kernel:0", "out/bias:0",  # of Keras 2.2.5
    ]  # fmt: skip
    assert model.metrics_names == ["loss", "acc"]
    history = model.fit(X, Y, epochs=2, verbose=0)
    assert sorted(history.history) == ["acc", "loss"] and history.epoch == [0, 1]
    np.testing.assert_allclose(history.history["loss"][0], np.log(2), rtol=1e-6)


def test_classes(keras, model):
    model.compile(keras.optimizers.SGD(lr=0.1, decay=1e-6, momentum=0.9, nesterov=True), "mse")
    weights = model.layers[-1].get_weights()
    model.layers[-1].set_weights([weights[0], np.array([0.0, 1.0])])
    assert model.predict_classes(X).tolist() == [1, 1]
    np.testing.assert_allclose(model.predict_proba(X)[0].sum(), 1, rtol=1e-6)
    assert model.fit(X, np.eye(2), nb_epoch=3, verbose=0).epoch == [0, 1, 2]
    one = keras.Sequential([keras.layers.Dense(1, input_dim=2, kernel_initializer="ones")])
    assert one.predict_classes(0.4 * X).tolist() == [[0], [0]]
    assert isinstance(one, keras.Model) and one.name.startswith("sequential")


def test_image_dim_ordering(keras):
    keras.backend.set_image_dim_ordering("th")
    assert keras.backend.image_data_format() == "channels_first"
    assert keras.backend.image_dim_ordering() == "th"
    keras.backend.set_image_dim_ordering("tf")
    assert keras.backend.image_dim_ordering() == "tf"


def test_mnist_is_in_the_bundle(keras, monkeypatch):
    (images, labels), (test_images, test_labels) = keras.datasets.mnist.load_data()
    assert (images.shape, images.dtype, test_images.shape) == (
        (60000, 28, 28), np.uint8, (10000, 28, 28),
    )  # fmt: skip
    assert labels[:5].tolist() == [5, 0, 4, 1, 9] and test_labels[:3].tolist() == [7, 2, 1]
    assert images.flags.writeable
    assert imported("tensorflow.keras.datasets.mnist").load_data(path="x")[0][1][0] == 5


@pytest.mark.parametrize(
    "module, name",
    [
        ("keras", "wrappers"),
        ("keras", "legacy"),
        ("keras.utils", "HDF5Matrix"),
        ("keras.utils", "multi_gpu_model"),
        ("keras.utils", "convert_all_kernels_in_model"),
    ],
)
def test_what_is_gone(keras, module, name):
    with pytest.raises(AttributeError) as error:
        getattr(imported(module), name)
    assert "use" in error.value.__notes__[0] or ":" in error.value.__notes__[0]


def test_keras_and_layers_need_no_setting(old):
    x = old.placeholder(old.float32, [None, 8, 8, 1])
    h = old.layers.conv2d(x, 4, 3, padding="same", activation=old.nn.relu)
    h = old.layers.max_pooling2d(h, 2, 2)
    h = old.layers.batch_normalization(h, training=True)
    h = old.layers.dropout(old.layers.flatten(h), 0.5, training=True)
    y = old.layers.dense(h, 3, kernel_regularizer=old.keras.regularizers.l2(0.1))
    found = {each.name: each.shape.as_list() for each in old.global_variables()}
    assert found == {
        "conv2d/kernel:0": [3, 3, 1, 4],
        "conv2d/bias:0": [4],
        "batch_normalization/gamma:0": [4],
        "batch_normalization/beta:0": [4],
        "batch_normalization/moving_mean:0": [4],
        "batch_normalization/moving_variance:0": [4],
        "dense/kernel:0": [64, 3],
        "dense/bias:0": [3],
    }
    assert y.op.name == "dense/BiasAdd" and h.op.name.startswith("dropout/dropout/")
    assert len(old.get_collection(old.GraphKeys.UPDATE_OPS)) == 2
    assert len(old.losses.get_regularization_losses()) == 1
    assert isinstance(old.layers.Input([2]), old.Tensor) and old.layers.Network is old.keras.Model


def test_layers_below_python(old):
    for below in ("", ".base", ".convolutional", ".core", ".layers", ".normalization", ".pooling"):
        assert imported(f"tensorflow.python.layers{below}").Layer is old.layers.Layer
