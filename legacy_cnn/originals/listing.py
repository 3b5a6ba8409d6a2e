"""The tutorial's listing, as it was published: word for word, with the indents that the page lost.

It runs unmodified on releases before 1.0 only. From then on, TensorFlow demanded that the two
arguments of its loss are named.
"""

import os
from importlib import resources

from legacy_cnn import files
from legacy_cnn.mnist import sources
from legacy_cnn.originals import packages

#: Where the listing looks for MNIST.
DATA_DIR = "/tmp/data/"

EPOCHS = 10

_LOSS = "softmax_cross_entropy_with_logits(prediction,y)"
_NAMED = "softmax_cross_entropy_with_logits(logits=prediction,labels=y)"
_EPOCHS = f"hm_epochs = {EPOCHS}\n"


def source(release: str, epochs: int = EPOCHS) -> str:
    """Returns the listing as it runs on a release.

    Args:
      release: "0.12.1", or "0.12" for short.
      epochs: number of epochs, in place of the listing's ten.

    Raises:
      UsageError: the release is unknown.
    """
    _, row = packages.find(release)
    text = resources.files(__package__).joinpath("listing.txt").read_text("utf-8")
    if not row.name.startswith("0."):
        text = _replaced(text, _LOSS, _NAMED)
    return _replaced(text, _EPOCHS, f"hm_epochs = {epochs}\n")


def _replaced(text: str, old: str, new: str) -> str:
    before, after = text.split(old)  # it is there once
    return f"{before}{new}{after}"


def provide_data(directory: files.AnyPath = DATA_DIR) -> bool:
    """Copies MNIST to where the listing looks for it, unless it is there.

    The old loaders take the files of these names as they are, and download those that are missing
    from an address that no longer has them.

    Returns:
      Whether anything was copied.
    """
    missing = {
        path: sources.bundled(name)
        for name in sources.NAMES
        if not os.path.exists(path := os.path.join(directory, f"{name}.gz"))
    }
    os.makedirs(directory, exist_ok=True)
    for path, bundled in missing.items():
        with files.replacing(path) as file:
            file.write(bundled.read_bytes())
    return bool(missing)
