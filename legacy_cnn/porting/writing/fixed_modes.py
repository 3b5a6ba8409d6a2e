"""Layers that are in one mode always, in training and in evaluation.

A functional model hands its own `training` to all its layers, whatever they were called with.
"""

from legacy_cnn.porting.writing.lines import Line

#: Layer of Keras, with its mode -> what its class is called, and what it says of itself.
_CLASSES = {
    ("Dropout", True): ("AlwaysDropout", "Drops in evaluation, too."),
    ("GaussianDropout", True): ("AlwaysGaussianDropout", "Multiplies by noise in evaluation, too."),
    ("GaussianNoise", True): ("AlwaysGaussianNoise", "Adds noise in evaluation, too."),
    ("BatchNormalization", True): (
        "BatchMoments",
        "Normalises by the moments of each batch, in evaluation, too.",
    ),
    ("BatchNormalization", False): (
        "FixedMoments",
        "Normalises by its moving averages, in training, too, and keeps them as they are.",
    ),
}


def fixed(made: str, mode: bool) -> tuple[str, str, list[Line]]:
    """A layer in one mode: its text, the name of its class, and that class.

    Args:
      made: "layers.Dropout(0.5)".
      mode: whether it is in training always, or never.
    """
    base, bracket, arguments = made.removeprefix("layers.").partition("(")
    name, what = _CLASSES[base, mode]
    text = f'''class {name}(layers.{base}):
    """{what}"""

    def call(self, inputs, training=None):
        return super().call(inputs, training={mode})'''
    return f"{name}{bracket}{arguments}", name, [Line(line) for line in text.splitlines()]
