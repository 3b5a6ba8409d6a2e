"""Runs a program as `python SCRIPT` and `python -m MODULE` do, with TensorFlow 1 installed."""

import builtins
import importlib.machinery
import importlib.util
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from types import CodeType, ModuleType, TracebackType

import legacy_cnn
from legacy_cnn.commandline import failures
from legacy_cnn.compat import source
from legacy_cnn.errors import UsageError

#: Where frames are that a program did not ask for. What serves old names stays in a traceback.
_PACKAGE = Path(legacy_cnn.__file__).parent
_OWN = tuple(
    str(_PACKAGE / each)
    for each in ("cli.py", "commands", "compat/runner.py", "compat/hook.py", "compat/faces.py")
)


def run_script(script: str, words: Sequence[str]) -> None:
    """Runs a script as `__main__`.

    Args:
      script: its path.
      words: its arguments.

    Raises:
      UsageError: there is no such file.
      BaseException: what the script raises, its traceback being shown already.
    """
    path = Path(script)
    if path.is_dir() and (path / "__main__.py").is_file():
        sys.path[0] = script
        path /= "__main__.py"
    elif not path.is_file():
        raise UsageError(f"script: there is no file {script}.", "script")
    else:
        sys.path[0] = os.path.dirname(os.path.realpath(script))
    sys.argv = [script, *words]
    _run(_main(str(path)), lambda: _compiled(str(path)))


def run_module(name: str, words: Sequence[str]) -> None:
    """Runs a module as `python -m` does.

    Raises:
      UsageError: there is no such module.
      BaseException: what the module raises, its traceback being shown already.
    """
    sys.path[0] = os.getcwd()
    spec = _spec(name)
    sys.argv = [str(spec.origin), *words]
    main = _main(sys.argv[0])
    main.__spec__, main.__package__ = spec, spec.name.rpartition(".")[0]
    _run(main, lambda: _compiled(sys.argv[0]))


def _spec(name: str) -> importlib.machinery.ModuleSpec:
    try:
        spec = importlib.util.find_spec(name)
        if spec and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{name}.__main__")
    except ModuleNotFoundError:
        spec = None
    if spec is None or not spec.has_location:
        raise UsageError(f"module: there is no module {name} that can be run.", "module")
    return spec


def _main(path: str) -> ModuleType:
    """A new `__main__`, put in place of the old one."""
    main = ModuleType("__main__")
    loader = importlib.machinery.SourceFileLoader("__main__", path)
    main.__dict__.update(
        __file__=path, __cached__=None, __loader__=loader, __builtins__=builtins, __annotations__={}
    )
    sys.modules["__main__"] = main
    return main


def _compiled(path: str) -> CodeType:
    return source.compiled(Path(path).read_bytes(), path)


def _run(main: ModuleType, compiled: Callable[[], CodeType]) -> None:
    """Runs the code as `__main__`, and shows the traceback of what it raises as Python would.

    What was raised goes on to the interpreter, which ends as it does for a script: it runs
    `atexit`'s functions, waits for threads, and has the exit status, or the signal, that is due.
    """
    try:
        exec(compiled(), main.__dict__)
    except SystemExit:
        raise
    except BaseException as error:
        failures.show_once(_without_own_frames(error))
        raise


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
    if trace is None:
        return None
    rest = _cut(trace.tb_next)
    if trace.tb_frame.f_code.co_filename.startswith(_OWN):
        return rest
    return TracebackType(rest, trace.tb_frame, trace.tb_lasti, trace.tb_lineno)
