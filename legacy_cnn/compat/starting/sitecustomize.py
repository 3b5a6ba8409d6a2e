"""Python imports this as each process starts that an old program starts."""

import contextlib
import importlib.util
import os
import sys
from importlib.machinery import PathFinder


def _begin() -> None:
    here = os.path.dirname(os.path.realpath(__file__))
    sys.path[:] = [each for each in sys.path if os.path.realpath(each or ".") != here]
    own = PathFinder.find_spec("sitecustomize", sys.path)
    if own is not None and own.loader is not None:  # the user's
        own.loader.exec_module(importlib.util.module_from_spec(own))
    with contextlib.suppress(ImportError):  # another Python has no legacy_cnn
        from legacy_cnn.compat import children

        children.begin()


_begin()
