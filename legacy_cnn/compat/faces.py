"""Old modules as a program sees them: rows of the tables first, today's module for the rest.

A face is a module in nobody's `sys.modules`; `hook.py` hands it to those who import its name.
"""

import importlib
from collections.abc import Iterable
from types import ModuleType
from typing import Any

from legacy_cnn.compat import guess, options, tables
from legacy_cnn.compat.missing import explained
from legacy_cnn.compat.op_seeds import counted
from legacy_cnn.compat.rows import Row, Table, Text


class Face(ModuleType):
    """An old module."""

    def __init__(self, faces: "Faces", name: str, table: Table) -> None:
        super().__init__(name, f"{name}, as old programs know it.")
        real = resolved(table.real) if table.real else None
        self.__dict__.update(_faces=faces, _table=table, _real=real, __path__=[])

    def __getattr__(self, name: str) -> Any:
        if name == "__all__":
            public = (each for each in dir(self) if not each.startswith("_"))
            return [
                each for each in public if guess.had(options.release(), f"{self.__name__}.{each}")
            ]
        value = self._faces.attribute(self, name)
        setattr(self, name, value)
        return value

    def __dir__(self) -> list[str]:
        real = dir(self._real) if self._real else []
        rows = [name for name, row in self._table.rows.items() if row.serves is not None]
        names = {*real, *rows, *self._faces.below(self.__name__)}
        return sorted(each for each in names if f"{self.__name__}.{each}" not in options.hidden)

    def __reduce__(self) -> tuple[Any, ...]:
        from legacy_cnn.compat.hook import face

        return face, (self._faces.audience, self.__name__)


class Faces:
    """The faces that one audience sees: the program's own modules, or a library that is old."""

    def __init__(self, audience: str) -> None:
        self.audience = audience
        self._tables = tables.of(audience)
        self._counts = audience == "program"
        self._made: dict[str, Face] = {}

    def has(self, name: str) -> bool:
        """Whether importing a dotted name is for the faces to serve."""
        return name.partition(".")[0] in self._tables.tops

    def has_given(self, name: str) -> bool:
        """Whether a module, or one below it, has been imported since it was last dropped."""
        return any(f"{made}.".startswith(f"{name}.") for made in self._made)

    def drop(self, name: str) -> None:
        """Makes the faces of a module, and of those below it, anew when they are next imported."""
        for made in [each for each in self._made if f"{each}.".startswith(f"{name}.")]:
            del self._made[made]

    def imported(self, name: str) -> Any:
        """What `import name` gives.

        Raises:
          ModuleNotFoundError: nothing serves it.
        """
        if self._tables.has(name):
            return self._face(name)
        parent, _, last = name.rpartition(".")
        if parent:
            found = getattr(self.imported(parent), last, None)
            if found is not None:
                return found
        if tables.is_there(name):
            return importlib.import_module(name)
        error = ModuleNotFoundError(f"No module named {name!r}", name=name)
        top = name.partition(".")[0]
        missing = "" if tables.is_there(top) else f"{top} is not installed: pip install {top}"
        raise explained(error, name, missing or self._note(name))

    def attribute(self, face: Face, name: str) -> Any:
        """An attribute of a face: a row, a face below it, or what today's module has.

        Raises:
          AttributeError: nothing serves it.
        """
        table, whole = face._table, f"{face.__name__}.{name}"
        row = table.rows.get(name) if whole not in options.hidden else Row(whole, None)
        if row is not None and row.serves is not None:
            return self._counted(whole, self._served(row.serves))
        if row is None and self._tables.has(whole):
            return self._face(whole)
        if row is None and hasattr(face._real, name):
            return self._counted(whole, getattr(face._real, name))
        error = AttributeError(f"module {face.__name__!r} has no attribute {name!r}", name=name)
        raise explained(error, whole, (row.note if row else "") or table.note)

    def _note(self, name: str) -> str:
        """What is to be said of a module that nothing serves: its row's, or the nearest above."""
        parent, _, last = name.rpartition(".")
        if parent and not self._tables.has(parent):
            return self._note(parent)
        table = self._tables.table(parent) if parent else None
        row = table.rows.get(last) if table else None
        return (row.note if row else "") or (table.note if table else "")

    def _counted(self, name: str, value: Any) -> Any:
        """What a program calls is counted as its release did; what that calls is counted in it."""
        return counted(name, value) if self._counts else value

    def forget(self, names: Iterable[str]) -> None:
        """Looks names up again when they are next asked for."""
        for parent, _, last in (name.rpartition(".") for name in names):
            if parent in self._made:
                self._made[parent].__dict__.pop(last, None)

    def below(self, name: str) -> list[str]:
        """The names of the faces directly below a face."""
        return self._tables.below(name)

    def _face(self, name: str) -> Face:
        if name not in self._made:
            self._made[name] = Face(self, name, self._tables.table(name))
        return self._made[name]

    def _served(self, serves: Any) -> Any:
        """What a row serves; a path that begins with `=` is the name of an old module."""
        if not isinstance(serves, str):
            return serves.text if isinstance(serves, Text) else serves
        return self.imported(serves[1:]) if serves.startswith("=") else resolved(serves)


def resolved(path: str) -> Any:
    """The object that a dotted path names; `tf.` stands for `tensorflow.compat.v1.`."""
    if path == "tf" or path.startswith("tf."):
        path = "tensorflow.compat.v1" + path[2:]
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if tables.is_there(name):
            found: Any = importlib.import_module(name)
            for part in parts[length:]:
                found = getattr(found, part)
            return found
    error = ModuleNotFoundError(f"No module named {parts[0]!r}", name=parts[0])
    error.add_note("Old programs need it: pip install 'legacy-cnn[compat]'")
    raise error
