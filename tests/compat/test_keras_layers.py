"""`keras.layers`: the arguments of Keras 1, and those of Keras 2."""

import pytest

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def layers(old):
    return old.keras.layers


def kept(layer, *names):
    config = layer.get_config()
    return [config[name] for name in names]


def test_dense(layers):
    first = layers.Dense(output_dim=3, input_dim=2, init="zero", bias=False)
    assert kept(first, "units", "use_bias") == [3, False]
    assert first.kernel_initializer.__class__.__name__ == "Zeros"
    second = layers.Dense(3, kernel_initializer="ones", W_regularizer=None)
    assert isinstance(first, layers.Dense) and isinstance(second, layers.Dense)
    assert kept(second, "units", "use_bias") == [3, True]


@pytest.mark.parametrize("name", ["Conv2D", "Convolution2D"])
def test_convolutions(layers, name):
    convolution = getattr(layers, name)
    for made in (
        convolution(8, 3, 5, border_mode="same", subsample=(2, 2), dim_ordering="tf"),
        convolution(nb_filter=8, nb_row=3, nb_col=5, border_mode="same", subsample=(2, 2)),
        convolution(8, (3, 5), (2, 2), "same"),
        convolution(8, kernel_size=(3, 5), strides=2, padding="same"),
    ):
        expected = [8, (3, 5), (2, 2), "same", "channels_last"]
        assert kept(made, "filters", "kernel_size", "strides", "padding", "data_format") == expected
    assert kept(convolution(8, 3), "kernel_size") == [(3, 3)]
    assert kept(convolution(8, (3, 3), 2), "kernel_size", "strides") == [(3, 3), (2, 2)]


def test_others(layers):
    assert kept(layers.Dropout(p=0.25), "rate") == [0.25] == kept(layers.Dropout(0.25), "rate")
    pooled = layers.MaxPooling2D(pool_size=(2, 2), border_mode="same", dim_ordering="th")
    assert kept(pooled, "padding", "data_format") == ["same", "channels_first"]
    assert kept(layers.AveragePooling2D(border_mode="same"), "padding") == ["same"]
    assert kept(layers.UpSampling2D(dim_ordering="tf"), "data_format") == ["channels_last"]
    assert kept(layers.ZeroPadding2D(dim_ordering="tf"), "data_format") == ["channels_last"]
    for name in ("LSTM", "GRU", "SimpleRNN"):
        cell = getattr(layers, name)(output_dim=4, dropout_W=0.25, dropout_U=0.5)
        assert kept(cell, "units", "dropout", "recurrent_dropout") == [4, 0.25, 0.5]


def test_merge(old, layers):
    x = [layers.Input([2]), layers.Input([2])]
    for mode in ("sum", "mul", "ave", "max"):
        assert layers.merge(x, mode=mode).shape.as_list() == [None, 2]
    assert layers.merge(x, mode="concat").shape.as_list() == [None, 4]


def test_layers_of_a_programs_own(old, layers):
    class Double(layers.Dense):
        def call(self, inputs):
            return 2 * super().call(inputs)

    made = Double(3)
    assert made(old.ones([1, 2])).shape.as_list() == [1, 3] and isinstance(made, layers.Dense)
    assert old.keras.layers.Dense.from_config({"units": 3}).units == 3
