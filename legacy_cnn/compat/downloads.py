"""A program's own download of MNIST: its old address refuses, so the bundled files are given."""

import contextlib
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from legacy_cnn.compat.patching import patched
from legacy_cnn.mnist.sources import MNIST_MIRRORS, NAMES, bundled

#: Where programs downloaded MNIST from; what these addresses held is bundled.
ADDRESSES = (
    "http://yann.lecun.com/exdb/mnist/",
    "https://yann.lecun.com/exdb/mnist/",
    *MNIST_MIRRORS,
)


@contextlib.contextmanager
def mnist_from_the_bundle() -> Iterator[None]:
    """`urlopen` and `urlretrieve` read MNIST's files from the bundle, in the block."""
    real = urllib.request.urlopen

    def urlopen(url: Any, *arguments: Any, **options: Any) -> Any:
        file = bundled_file(url)
        return real(url if file is None else file.as_uri(), *arguments, **options)

    with patched(urllib.request, "urlopen", urlopen):
        yield


def bundled_file(url: Any) -> Path | None:
    """The bundled file that an address held; None if it held none of them.

    Args:
      url: an address, or a request with one, as `urlopen` takes it.
    """
    address = str(getattr(url, "full_url", url))
    known = {f"{base}{name}.gz": name for base in ADDRESSES for name in NAMES}
    return bundled(known[address]) if address in known else None
