"""Keras' summaries and names, as TensorFlow 1.15.5 and Keras 2.2.5 print them."""

import inspect
import re

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow

SEQUENTIAL = """\
Model: "sequential"
_________________________________________________________________
Layer (type)                 Output Shape              Param #   
=================================================================
lstm (LSTM)                  (None, 2, 3)              96        
_________________________________________________________________
bidirectional (Bidirectional (None, 4)                 96        
=================================================================
Total params: 192
Trainable params: 192
Non-trainable params: 0
_________________________________________________________________"""  # noqa: W291
TWO_INPUTS = """\
________________________________________________________________________________
Layer (type)              Output Shape      Param #  Connected to               
================================================================================
a (InputLayer)            [(None, 2)]       0                                   
________________________________________________________________________________
b (InputLayer)            [(None, 3)]       0                                   
________________________________________________________________________________
both (Concatenate)        (None, 5)         0        a[0][0]                    
                                                     b[0][0]                    
================================================================================
Total params: 0
Trainable params: 0
Non-trainable params: 0
________________________________________________________________________________"""  # noqa: W291


def imported(name):
    from legacy_cnn.compat.hook import faces

    return faces("program").imported(name)


def printed(model, **keywords):
    lines = []
    model.summary(print_fn=lines.append, **keywords)
    return "\n".join(lines)


@pytest.fixture
def layers(old):
    keras = imported("tensorflow.keras")
    keras.backend.clear_session()
    return keras.layers


def recurrent(layers):
    return [
        layers.LSTM(3, return_sequences=True, input_shape=(2, 4)),
        layers.Bidirectional(layers.LSTM(2)),
    ]


def test_summary_of_layers(layers):
    model = imported("tensorflow.keras").Sequential(recurrent(layers))
    assert printed(model) == SEQUENTIAL


def test_summary_of_connected_layers(layers):
    a, b = layers.Input((2,), name="a"), layers.Input((3,), name="b")
    both = layers.Concatenate(name="both")([a, b])
    model = imported("tensorflow.keras").Model([a, b], both)
    assert printed(model, line_length=80).partition("\n")[2] == TWO_INPUTS


def test_thousands_of_parameters_have_a_comma(layers):
    model = imported("tensorflow.keras").Sequential([layers.Dense(1000, input_shape=(1,))])
    assert "Total params: 2,000\nTrainable params: 2,000\n" in printed(model)


def test_layers_of_keras_alone_are_counted_from_one(layers):
    keras = imported("keras")
    model = keras.models.Sequential([keras.layers.Dense(3, input_shape=(2,))])
    assert [model.name, *(each.name for each in model.weights)] == [
        "sequential_1",
        "dense_1/kernel:0",
        "dense_1/bias:0",
    ]
    given = keras.layers.Input((2,))
    summary = printed(keras.models.Model(given, keras.layers.Flatten()(given)))
    assert "\ninput_1 (InputLayer)         (None, 2)  " in summary


def test_weights_of_recurrent_layers_have_the_layer_s_name(layers):
    model = imported("tensorflow.keras").Sequential(recurrent(layers))
    assert [each.name for each in model.weights][:4] == [
        "lstm/kernel:0",
        "lstm/recurrent_kernel:0",
        "lstm/bias:0",
        "bidirectional/forward_lstm_1/kernel:0",
    ]
    stack = layers.RNN([layers.LSTMCell(4), layers.GRUCell(3)])
    stack(layers.Input((3, 4)))
    assert [each.name for each in stack.weights][::3] == ["rnn/kernel:0", "rnn/kernel_1:0"]


def test_layers_take_the_arguments_of_their_own_call(layers):
    keras = imported("tensorflow.keras")

    class Model(keras.Model):
        def __init__(self):
            super().__init__()
            self.inner = [layers.Dense(2), layers.Dropout(0.5), layers.Flatten()]

        def call(self, inputs, training=None):
            for layer in self.inner:
                inputs = layer(inputs)
            return inputs

    assert Model()(layers.Input((3,)), training=True).shape.as_list() == [None, 2]
    for layer, expected in ((layers.Dense, False), (layers.Dropout, True), (layers.LSTM, True)):
        assert ("training" in inspect.getfullargspec(layer.call).args) is expected


def test_keras_is_as_before_afterwards():
    import tf_keras

    from legacy_cnn import compat

    def found():
        return [
            *(vars(each).get("summary") for each in tf_keras.Model.__mro__),
            tf_keras.layers.RNN.build,
            tf_keras.layers.StackedRNNCells.build,
        ]

    before = found()
    with compat.installed():
        assert imported("tensorflow.keras").layers
        assert found() != before
    assert found() == before


@pytest.mark.parametrize(
    "release, verbose, last",
    [
        ("1.15.5", 2, r"4/4 - \d+s - loss: 0\.0000e\+00"),
        ("1.4.0", 2, r"\d+s - loss: 0\.0000e\+00"),
        ("1.4.0", 1, r".*4/4 \[=+\] - \d+s - loss: 0\.0000e\+00"),
    ],
)
def test_line_of_an_epoch(capsys, release, verbose, last):
    """As 1.15.5 and 1.4.0 print it: without the times of an epoch and a step."""
    from legacy_cnn import compat

    with compat.installed(release=release):
        keras = imported("tensorflow.keras")
        model = keras.Sequential([keras.layers.Dense(1, input_shape=(2,))])
        model.compile("sgd", "mse")
        model.fit(np.zeros((4, 2)), np.zeros(4), verbose=verbose)
    line = capsys.readouterr().out.splitlines()[-1]
    assert re.fullmatch(last, line.rsplit("\r", 1)[-1].strip()), line
