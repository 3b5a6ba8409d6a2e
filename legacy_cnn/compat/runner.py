"""Runs a program as `python SCRIPT` and `python -m MODULE` do."""

import builtins
import contextlib
import dataclasses
import functools
import importlib
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import CodeType, ModuleType, TracebackType

import legacy_cnn
from legacy_cnn.compat import guess, notes, options, program, scan, shown, source, stated
from legacy_cnn.errors import UsageError
from legacy_cnn.outside.opening import TEXT

#: Where frames are that a program did not ask for. What serves old names stays in a traceback.
_PACKAGE = Path(legacy_cnn.__file__).parent
_OWN = tuple(
    str(_PACKAGE / each)
    for each in (
        "cli.py",
        "commands",
        "compat/faces.py",
        "compat/hook.py",
        "compat/methods.py",
        "compat/python2/values.py",
        "compat/runner.py",
        "compat/sessions.py",
        "compat/steps.py",
    )
)

#: What Python calls a script that it reads from stdin.
STDIN = "<stdin>"


@dataclasses.dataclass
class Target:
    """A program that is going to be run.

    Attributes:
      path: its file.
      shown: what `sys.argv[0]` is.
      words: its arguments.
      folder: what `sys.path[0]` is.
      spec: that of a module that is run by its name.
    """

    path: str
    shown: str
    words: Sequence[str]
    folder: str
    spec: importlib.machinery.ModuleSpec | None = None

    def release(self) -> str:
        """The release that it was written for, as its names and its text say."""
        said = stated.statement(Path(self.path), {use.file for use in self._uses})
        release = guess.release_of(self._uses, said.release if said else "")
        if said and release == said.release:
            notes.say(f"{said.place} names {said.version}")
        return release

    def read(self) -> None:
        """Reads its file, before anything else does.

        Raises:
          UsageError: it is larger than any script, as a device may be.
        """
        len(self._text)

    @functools.cached_property
    def _text(self) -> bytes:
        """What is in its file, which may be a pipe, and is read once."""
        stdin = sys.stdin.buffer if self.path == STDIN else None
        with contextlib.nullcontext(stdin) if stdin else open(self.path, "rb") as file:
            text = file.read(TEXT + 1)
        if len(text) > TEXT:
            raise UsageError(f"{self.shown} has more than {TEXT:,} bytes, which no script has.")
        return text

    @functools.cached_property
    def _uses(self) -> list[scan.Use]:
        try:
            return scan.uses(Path(self.path), self._text)
        except (SyntaxError, ValueError, RecursionError):
            return []  # Python will say what is wrong with it

    def run(self) -> None:
        """Runs it as `__main__`.

        What it raises has been shown, and goes on to the interpreter, which ends as it does for a
        script: it runs `atexit`'s functions, waits for threads, and has the exit status, or the
        signal, that is due.
        """
        from legacy_cnn.compat.hook import faces  # which imports TensorFlow

        sys.argv = [self.shown, *self.words]
        sys.path[0] = self.folder
        main = self._main()
        options.hidden = guess.hidden(self._uses, options.release())
        program.claimed = self._place()
        faces("program").forget(options.hidden)
        try:
            if self.spec is not None and self.spec.parent:
                importlib.import_module(self.spec.parent)
            exec(self._code(), main.__dict__)
        except SystemExit:
            raise
        except BaseException as error:
            shown.show_once(_without_own_frames(error))
            raise
        finally:
            faces("program").forget(options.hidden)
            options.hidden, program.claimed = frozenset(), ""

    def _code(self) -> CodeType:
        """Its code.

        Raises:
          SyntaxError: as Python raises it, which shows no line but the script's own.
        """
        in_package = self.spec is not None and bool(self.spec.parent)
        try:
            return source.compiled(self._text, self.path, in_package=in_package)
        except SyntaxError as error:
            raise error.with_traceback(None) from None

    def _place(self) -> str:
        """What is the program's own wherever it is: its file, or the package that it is in."""
        if self.spec is None or not self.spec.parent:
            return os.path.realpath(self.path)
        package = Path(self.path).parents[self.spec.parent.count(".")]
        return os.path.realpath(package) + os.sep

    def _main(self) -> ModuleType:
        """A new `__main__`, put in place of the old one."""
        main = ModuleType("__main__")
        main.__dict__.update(
            __file__=self.path,
            __cached__=None,
            __loader__=importlib.machinery.SourceFileLoader("__main__", self.path),
            __builtins__=builtins,
            __annotations__={},
            __spec__=self.spec,
        )
        if self.spec is not None:
            main.__package__ = self.spec.parent
        if self.path == STDIN:
            main.__loader__ = importlib.machinery.BuiltinImporter
        sys.modules["__main__"] = main
        return main


def script(path: str, words: Sequence[str]) -> Target:
    """A script, or a folder with a `__main__.py`; `-` is what is read from stdin.

    Raises:
      UsageError: there is no such file.
    """
    if path == "-":
        return Target(STDIN, path, words, "")
    inner = os.path.join(path, "__main__.py")
    if os.path.isdir(path) and os.path.isfile(inner):
        return Target(inner, path, words, path)
    if not os.path.exists(path):
        raise UsageError(f"there is no file {path}.")
    if os.path.isdir(path):
        raise UsageError(f"{path} is a folder without a __main__.py.")
    return Target(path, path, words, os.path.dirname(os.path.realpath(path)))


def module(name: str, words: Sequence[str]) -> Target:
    """A module by its name, as `python -m` runs it.

    Raises:
      UsageError: there is no such module.
    """
    sys.path[0] = os.getcwd()
    spec = _found(name)
    if spec and spec.submodule_search_locations is not None:
        spec = _found(f"{name}.__main__")
    if spec is None or not spec.has_location or spec.origin is None:
        raise UsageError(f"there is no module {name} that can be run.")
    return Target(spec.origin, spec.origin, words, os.getcwd(), spec)


def _found(name: str) -> importlib.machinery.ModuleSpec | None:
    """The spec of a module; its packages are not imported, as they may import TensorFlow."""
    spec, folders = None, None
    parts = name.split(".")
    for length in range(1, len(parts) + 1):
        whole = ".".join(parts[:length])
        spec = importlib.machinery.PathFinder.find_spec(whole, folders)
        if spec is None:
            return None
        folders = spec.submodule_search_locations
    return spec


def _without_own_frames(error: BaseException) -> BaseException:
    """Cuts the frames of this package from an error and from those it came from."""
    each: BaseException | None = error
    seen: set[int] = set()
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        each.__traceback__ = _cut(each.__traceback__)
        each = each.__cause__ or each.__context__
    return error


def _cut(trace: TracebackType | None) -> TracebackType | None:
    """Cuts the frames of this package; there may be as many as Python allows."""
    kept = []
    while trace is not None:
        if not trace.tb_frame.f_code.co_filename.startswith(_OWN):
            kept.append(trace)
        trace = trace.tb_next
    result: TracebackType | None = None
    for each in reversed(kept):
        result = TracebackType(result, each.tb_frame, each.tb_lasti, each.tb_lineno)
    return result
