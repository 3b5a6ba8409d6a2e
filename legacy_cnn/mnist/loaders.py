"""The loader in force: that of TensorFlow 1.15, or of an older release."""

import contextlib
import contextvars
import functools
import inspect
from collections.abc import Callable, Iterator
from typing import ParamSpec, TypeVar

from legacy_cnn import releases
from legacy_cnn.files import AnyPath
from legacy_cnn.releases import Release

_TODAY = releases.find("1.15")

_in_force: contextvars.ContextVar[Release] = contextvars.ContextVar("loader", default=_TODAY)

_chosen: contextvars.ContextVar[Callable[[AnyPath], AnyPath | None]] = contextvars.ContextVar(
    "directory", default=lambda train_dir: train_dir
)

P = ParamSpec("P")
T = TypeVar("T")


@contextlib.contextmanager
def loader(release: str) -> Iterator[None]:
    """Makes `input_data` the loader of a release, with the arguments that it had, in this thread.

    A `DataSet` stays what it is when the context ends.

    Args:
      release: "0.12" to "1.15"; "1.15.5" is 1.15.

    Raises:
      UsageError: there is no such release.
    """
    token = _in_force.set(releases.find(release))
    try:
        yield
    finally:
        _in_force.reset(token)


def in_force() -> Release:
    """Returns the release whose loader `input_data` is now."""
    return _in_force.get()


@contextlib.contextmanager
def directories(chosen: Callable[[AnyPath], AnyPath | None]) -> Iterator[None]:
    """Has `input_data` read from another directory than it is told, in this thread.

    Args:
      chosen: called with `train_dir`; returns the directory, or None for the bundled files.
    """
    token = _chosen.set(chosen)
    try:
        yield
    finally:
        _chosen.reset(token)


def directory(train_dir: AnyPath) -> AnyPath | None:
    """Returns the directory that `input_data` reads from, told to read from `train_dir`."""
    return _chosen.get()(train_dir)


def arguments_of(
    release_of: Callable[..., Release],
) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Returns a decorator that refuses the arguments that a function of the loader did not have.

    Args:
      release_of: called with the arguments; returns the release.
    """

    def decorate(function: Callable[P, T]) -> Callable[P, T]:
        signature = inspect.signature(function)

        @functools.wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> T:
            lacks = release_of(*args, **kwargs).lacks
            if lacks:
                had = [
                    parameter
                    for name, parameter in signature.parameters.items()
                    if name not in lacks
                ]
                try:
                    signature.replace(parameters=had).bind(*args, **kwargs)
                except TypeError as error:
                    raise TypeError(f"{function.__name__}() {error}") from None
            return function(*args, **kwargs)

        return call

    return decorate
