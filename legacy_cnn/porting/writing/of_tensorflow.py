"""Small layers around functions of TensorFlow that Keras has neither as a layer nor in its ops."""

from legacy_cnn.porting.writing.lines import Line, plain

#: Class -> the function of `tf.nn`, and its arguments with the values that they have anyway.
_FUNCTIONS = {
    "LocalResponseNormalization": (
        "local_response_normalization",
        "depth_radius=5, bias=1.0, alpha=1.0, beta=0.5",
    ),
    "DepthToSpace": ("depth_to_space", "block_size"),
    "SpaceToDepth": ("space_to_depth", "block_size"),
}


def name_of(keras: str) -> str:
    """The class that a layer's line names, if it is one of these; or ""."""
    name = keras.partition("(")[0]
    return name if name in _FUNCTIONS else ""


def lines(name: str) -> list[Line]:
    """The class."""
    function, arguments = _FUNCTIONS[name]
    words = [one.partition("=")[0] for one in arguments.split(", ")]
    attributes = [f"self.{word}" for word in words]
    kept = [f"        {one} = {word}" for one, word in zip(attributes, words, strict=True)]
    text = [
        f"class {name}(layers.Layer):",
        f'    """`tf.nn.{function}`, which is no layer of Keras."""',
        "",
        f"    def __init__(self, {arguments}):",
        "        super().__init__()",
        *kept,
        "",
        "    def call(self, x):",
    ]
    call = f"tf.nn.{function}(x, {', '.join(attributes)})"
    return [Line(one) for one in text] + list(plain(f"return {call}", 8))
