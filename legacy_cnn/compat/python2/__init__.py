"""Python 2, of which many old programs are: told from Python 3, and translated to it."""

from legacy_cnn.compat.python2.dialect import is_python2
from legacy_cnn.compat.python2.translation import translated

__all__ = ["is_python2", "translated"]
