"""The hook on `import` and `importlib.import_module`, which looks at who imports.

An alias in `sys.modules["tensorflow"]` would be everybody's: Keras 3 dies when it is imported under
one. So the names in `sys.modules` stay the real ones, and only a program's own module is handed the
old face.
"""

import builtins
import contextlib
import importlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any

from legacy_cnn.compat import program
from legacy_cnn.compat.faces import Faces
from legacy_cnn.compat.missing import explained

_faces: dict[str, Faces] = {}


def faces(audience: str) -> Faces:
    """The faces of an audience; the same for as long as the process lives."""
    if audience not in _faces:
        _faces[audience] = Faces(audience)
    return _faces[audience]


def face(audience: str, name: str) -> Any:
    """A face again, from what `pickle` and `copy` know of it."""
    return faces(audience).imported(name)


@contextlib.contextmanager
def hooked() -> Iterator[None]:
    """Hands the old faces to the program's own modules, in the block."""
    real_import, real_import_module = builtins.__import__, importlib.import_module

    def import_(
        name: str,
        globals: Mapping[str, Any] | None = None,
        locals: Mapping[str, Any] | None = None,
        fromlist: Sequence[str] | None = (),
        level: int = 0,
    ) -> Any:
        served = _serving(name, program.importer(globals)) if level == 0 else None
        if served is None:
            return real_import(name, globals, locals, fromlist or (), level)
        return _imported(served, name, fromlist or ())

    def import_module(name: str, package: str | None = None) -> ModuleType:
        served = None if name.startswith(".") else _serving(name, sys._getframe(1).f_globals)
        if served is None:
            return real_import_module(name, package)
        found: ModuleType = served.imported(name)
        return found

    builtins.__import__ = import_
    importlib.import_module = import_module
    try:
        yield
    finally:
        builtins.__import__ = real_import
        importlib.import_module = real_import_module


def _serving(name: str, namespace: Mapping[str, Any] | None) -> Faces | None:
    """The faces that serve an import, if any do."""
    audience = program.audience(namespace)
    if audience is None or not faces(audience).has(name):
        return None
    return faces(audience)


def _imported(served: Faces, name: str, fromlist: Sequence[str]) -> Any:
    """What an import statement gets, as `builtins.__import__` is documented."""
    module = served.imported(name)
    for each in fromlist:
        if each != "*" and not hasattr(module, each):
            _import_below(served, name, each)
    return module if fromlist else served.imported(name.partition(".")[0])


def _import_below(served: Faces, name: str, each: str) -> None:
    """Imports a module that a `from` statement names.

    Raises:
      ImportError: there is none.
    """
    try:
        served.imported(f"{name}.{each}")
    except ModuleNotFoundError:
        error = ImportError(f"cannot import name {each!r} from {name!r}", name=name)
        raise explained(error, f"{name}.{each}") from None
