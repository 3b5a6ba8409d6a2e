"""Leaky rectifiers whose gradient at exactly 0 is not that of Keras' layer."""

from legacy_cnn.porting.writing.lines import Line

#: What the classes are called.
BY_MAXIMUM = "LeakyMaximum"
BY_ABS = "LeakyAbs"

_TEXTS = {
    BY_MAXIMUM: '''class LeakyMaximum(layers.LeakyReLU):
    """Its gradient at exactly 0 is 1, as that of `tf.maximum(x, slope * x)`."""

    def call(self, inputs):
        return ops.maximum(inputs, self.negative_slope * inputs)''',
    BY_ABS: '''class LeakyAbs(layers.LeakyReLU):
    """Its gradient at exactly 0 is the mean of both slopes, as that of a sum with `tf.abs(x)`."""

    def call(self, inputs):
        slope = self.negative_slope
        return (1 + slope) / 2 * inputs + (1 - slope) / 2 * ops.abs(inputs)''',
}


def name_of(keras: str) -> str:
    """The class that a layer's line names, if it is one of these; or ""."""
    name = keras.partition("(")[0]
    return name if name in _TEXTS else ""


def lines(name: str) -> list[Line]:
    """The class."""
    return [Line(line) for line in _TEXTS[name].splitlines()]
