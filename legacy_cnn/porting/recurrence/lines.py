"""The line of Keras for a recurrent layer."""

from collections.abc import Iterable

from legacy_cnn.porting.calls import Code, call, unless
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.recurrence.finding import Layer

#: The initializer of a GRU whose gates begin in another way than its candidate.
GATES = "Gates"
#: Its definition in a port.
GATES_LINES = (
    "@keras.saving.register_keras_serializable()",
    f"class {GATES}(keras.initializers.Initializer):",
    '    """Begins the gates of a GRU in one way and its candidate in another, as TensorFlow 1."""',
    "",
    "    def __init__(self, gates, candidate):",
    "        self.gates = keras.initializers.get(gates)",
    "        self.candidate = keras.initializers.get(candidate)",
    "",
    "    def __call__(self, shape, dtype=None):",
    "        units = shape[-1] // 3",
    "        gates = self.gates((*shape[:-1], 2 * units), dtype)",
    "        candidate = self.candidate((*shape[:-1], units), dtype)",
    "        return ops.concatenate([gates, candidate], axis=-1)",
    "",
    "    def get_config(self):",
    '        return {"gates": self.gates, "candidate": self.candidate}',
)
_USUAL = {"LSTM": "tanh", "GRU": "tanh", "SimpleRNN": "tanh"}


def units_of(reading: Reading, layer: Layer) -> int:
    """The size of a layer's state."""
    step = layer.step
    last = step.gates[-1].kernels[0]
    columns = reading.shape(last)[-1]
    is_joint = step.kind == "LSTM" and len(step.gates) == 1
    return columns // 4 if is_joint else columns


def line_of(reading: Reading, layer: Layer, **more: bool | None) -> Code:
    """`LSTM(20, ...)`.

    Args:
      reading: of the graph.
      layer: in it.
      more: further arguments.
    """
    step = layer.step
    first, again = (_of_gates(reading, layer, at) for at in (0, -1))
    return call(
        step.kind,
        units_of(reading, layer),
        activation=unless(step.activation, _USUAL[step.kind]),
        use_bias=None if step.gates[0].biases else False,
        kernel_initializer=first,
        recurrent_initializer=again,
        **_biases(reading, layer),
        reset_after=False if step.kind == "GRU" else None,
        **more,
    )


def _biases(reading: Reading, layer: Layer) -> dict[str, Code | bool | None]:
    step = layer.step
    biases = [bias for gate in step.gates for bias in gate.biases]
    if not biases:
        return {}
    given = _joined(layer, [reading.initializer(bias).keras for bias in biases])
    given = unless(given, '"zeros"')
    is_usual = step.kind != "LSTM" or (step.forget == 1 and given is None)
    return {"bias_initializer": given, "unit_forget_bias": None if is_usual else False}


def _of_gates(reading: Reading, layer: Layer, at: int) -> Code | None:
    """What a kernel begins with."""
    gates = layer.step.gates
    words = [reading.initializer(gate.kernels[at], has_fans=False).keras for gate in gates]
    return _joined(layer, words)


def _joined(layer: Layer, words: list[str]) -> Code | None:
    """An initializer of all gates; None where Keras has no word for it."""
    if not all(words):
        return None
    if len(set(words)) == 1:
        return Code(words[0])
    if layer.step.kind != "GRU" or len(set(words[:-1])) > 1:
        return None
    return call(GATES, Code(words[0]), Code(words[-1]))


def definitions(lines: Iterable[str]) -> list[tuple[str, ...]]:
    """What lines of layers need beside Keras, as lines each."""
    return [GATES_LINES] if any(f"={GATES}(" in line for line in lines) else []
