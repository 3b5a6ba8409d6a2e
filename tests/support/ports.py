"""Ports as other people write them, and what tests of the comparison share."""

import keras as k

LADDER = ["batch", "weights", "forward", "dropout", "loss", "gradients", "update", "steps",
          "predictions"]  # fmt: skip


def statuses(report):
    return {rung.name: rung.status for rung in report.rungs}


def sequential(*, last="softmax", loss="categorical_crossentropy", shape=(28, 28, 1)):
    """A port as somebody else would write it: other names, other input, other end."""
    return compiled(
        k.Sequential(
            [
                k.Input(shape),
                k.layers.Reshape((28, 28, 1)),
                k.layers.Conv2D(32, 5, padding="same"),
                k.layers.ReLU(),
                k.layers.MaxPooling2D(),
                k.layers.Conv2D(64, (5, 5), padding="same", activation="relu"),
                k.layers.MaxPooling2D(),
                k.layers.Flatten(),
                k.layers.Dense(1024, activation="relu"),
                k.layers.Dropout(0.2),
                k.layers.Dense(10, activation=last),
            ]
        ),
        loss,
    )


def compiled(model, loss):
    model.compile(k.optimizers.Adam(1e-3, epsilon=1e-8), loss)
    return model
