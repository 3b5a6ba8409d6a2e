"""Which release a program was written for: the newest that has everything it uses."""

import ast
import functools
import re
from collections.abc import Iterable
from importlib import resources

from legacy_cnn.compat.scan import Use
from legacy_cnn.settings.running import RELEASES

#: Of functions that take (labels, logits) by name only since 1.0.
_CROSS_ENTROPY = re.compile(
    r"tensorflow\.nn\.(sparse_softmax|softmax|sigmoid)_cross_entropy_with_logits"
)


def release_of(uses: Iterable[Use], stated: str = "") -> str:
    """Guesses a release.

    Args:
      uses: what the program uses.
      stated: the one of `RELEASES` that the program says that it was written for, if it does.

    Returns:
      One of `RELEASES`: of those that have the most of it, the one that is stated, or the newest.
    """
    had = [_releases_of(use) for use in uses if not use.optional]

    def fits(release: str) -> tuple[int, bool, int]:
        return sum(release in each for each in had), release == stated, RELEASES.index(release)

    return max(RELEASES, key=fits)


def hidden(uses: Iterable[Use], release: str) -> frozenset[str]:
    """The names that a program looks for before it uses them, and that a release did not have."""
    uses = list(uses)
    needed = {use.name for use in uses if not use.optional}
    looked_for = {use.name for use in uses if use.optional and release not in _releases_of(use)}
    return frozenset(looked_for - needed)


def had(release: str, name: str) -> bool:
    """Whether a release had a name, such as `tensorflow.print`, as far as is known."""
    return release in _names().get(name.partition(".")[2], RELEASES)


def _releases_of(use: Use) -> tuple[str, ...]:
    """The releases that have what is used so."""
    if use.call is not None and _is_of_0x(use.name, use.call):
        return RELEASES[:1]
    parts = use.name.split(".")[1:]  # a class may have methods after it
    names = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    return next((_names()[name] for name in names if name in _names()), RELEASES)


def _is_of_0x(name: str, call: ast.Call) -> bool:
    """Whether a call has the arguments of 0.x."""
    if _CROSS_ENTROPY.fullmatch(name):
        return len(call.args) > 1
    if name in ("tensorflow.concat", "tensorflow.split"):
        return bool(call.args) and _is_integer(call.args[0])
    return False


def _is_integer(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        node = node.operand
    return isinstance(node, ast.Constant) and type(node.value) is int


@functools.cache
def _names() -> dict[str, tuple[str, ...]]:
    """Name -> the releases that had it, of those that not every release had."""
    text = resources.files(__package__).joinpath("releases.txt").read_text(encoding="utf-8")
    names: dict[str, tuple[str, ...]] = {}
    releases: tuple[str, ...] = ()
    for line in text.splitlines():
        if line.startswith("["):
            releases = tuple(line.strip("[]").split())
        elif not line.startswith("#"):
            names |= dict.fromkeys(line.split(), releases)
    return names
