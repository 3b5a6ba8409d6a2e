"""The port whose comparison docs/parity.md shows: as a Keras user could have written it.

`python docs/experiments parity_report` records the report as example_port.txt.
"""

import keras
from keras import layers


def build():
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(32, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(1024, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10, activation="softmax"),
        ]
    )
    model.compile("adam", "categorical_crossentropy")  # its epsilon is 1e-7, TensorFlow 1's 1e-8
    return model
