"""Dropout by a mask of zeros and ones: what it keeps is as large as before."""

from legacy_cnn.porting.writing.lines import Line

#: What the class is called.
NAME = "UnscaledDropout"

_TEXT = '''class UnscaledDropout(layers.Dropout):
    """Keeps what it does not drop as it is, in training, too."""

    def call(self, inputs, training=None):
        kept = super().call(inputs, training=training)
        return (1 - self.rate) * kept if training else kept'''


def name_of(keras: str) -> str:
    """The class, if a layer's line names it; or ""."""
    return NAME if keras.startswith(f"{NAME}(") else ""


def lines(name: str) -> list[Line]:
    """The class."""
    return [Line(line) for line in _TEXT.splitlines()]
