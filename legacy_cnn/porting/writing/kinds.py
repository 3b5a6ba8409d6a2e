"""What a value is called where the script has no name for it: by the layer that computes it."""

import re

#: Beginning of a layer's name -> what its value is called.
_KINDS = {
    "Conv": "conv", "DepthwiseConv": "conv", "MaxPooling": "pool", "AveragePooling": "pool",
    "GlobalMaxPooling": "pool", "GlobalAveragePooling": "pool", "Dense": "dense",
    "Flatten": "flat", "Dropout": "dropped", "BatchNormalization": "normalized",
    "LayerNormalization": "normalized", "Embedding": "embedded", "Concatenate": "joined",
    "Reshape": "reshaped",
}  # fmt: skip


def kind_of(line: str) -> str:
    """The name for what a layer returns."""
    name = re.match(r"\w*", line)
    layer = re.sub(r"\dD.*$", "", name[0]) if name else ""
    return _KINDS.get(layer, "x")
