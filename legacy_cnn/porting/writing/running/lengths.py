"""How long a script trains: the loops around its training step."""

import ast
import dataclasses
import math
import re
from collections.abc import Iterator

from legacy_cnn.porting.origins import Origin
from legacy_cnn.porting.writing.running.script import Script, called

#: What gives the data several times.
_REPEATING = ("numpy_input_fn", "pandas_input_fn", "repeat")

#: What computes something, and what data for an evaluation are called.
_RUNNING = ("run", "eval")
_EVALUATED = {
    "validation": r"(?i)\bvalid(ation)?\w*\.images|\b[xX]_val",
    "test": r"\btest\.images|\b(test_[xX]|[xX]_test|te[xX])\w*\b",
}

Loop = ast.For | ast.While


@dataclasses.dataclass
class Length:
    """How long a script trains, as far as its source tells."""

    epochs: int | None = None
    steps: int | None = None
    loop: Origin | None = None  #: the outermost, or the call that trains
    shown: int | None = None  #: steps after which it does something, each time
    inner: int | None = None  #: how often the innermost of several loops runs


@dataclasses.dataclass
class _Site:
    """A call in the source, and what is around it."""

    file: str
    call: ast.Call
    loops: list[Loop]
    function: str


def length_of(script: Script, steps: list[str]) -> Length:
    """How long a script trains.

    Args:
      script: its source.
      steps: what it calls its training step.
    """
    sites = _all_sites(script)
    told = _told(script, sites, ("train", "fit", "TrainSpec"), ("steps", "max_steps"))
    if told is not None:
        return Length(steps=told[0], loop=told[1])
    found = [site for site in sites if _runs(site.call, steps)]
    if not any(site.loops for site in found):
        found = _through_functions(sites, found)
    if not any(site.loops for site in found):
        found = [site for site in sites if called(site.call) in ("run", "next_batch")]
    site = max(found, key=lambda one: len(one.loops), default=None)
    if site is None or not site.loops:
        told = _told(script, sites, _REPEATING, ("num_epochs", "count"))
        return Length(epochs=told[0], loop=told[1]) if told else Length()
    loop = Origin(site.file, site.loops[0].lineno)
    epochs, steps_ = _counted(script, site.loops)
    inner = _count(script, site.loops[-1]) if len(site.loops) > 1 else None
    return Length(epochs, steps_, loop, _shown(script, site.loops[0]), inner)


def _told(
    script: Script, sites: list[_Site], names: tuple[str, ...], words: tuple[str, ...]
) -> tuple[int, Origin] | None:
    """The number that the first of some calls is given, times the loops around it."""
    for site in sites:
        given = _given(script, site.call, words) if called(site.call) in names else None
        if given is not None:
            is_total = given[0] == "max_steps"
            loops = [] if is_total else [_count(script, loop) or 1 for loop in site.loops]
            return math.prod((given[1], *loops)), Origin(site.file, site.call.lineno)
    return None


def _given(script: Script, call: ast.Call, words: tuple[str, ...]) -> tuple[str, int] | None:
    """The first argument of a call with one of some names that is a known number."""
    named = [(one.arg or "", one.value) for one in call.keywords if one.arg in words]
    if called(call) == "repeat":
        named += [("count", one) for one in call.args[:1]]
    known = ((name, script.number(value)) for name, value in named)
    return next(((name, int(number)) for name, number in known if number is not None), None)


def tested_on(script: Script) -> str:
    """What a script evaluates on while it trains: "test", "validation", or "" for neither."""
    sites = _all_sites(script)
    words = " ".join(
        ast.unparse(site.call) for site in sites if site.loops and called(site.call) in _RUNNING
    )
    found = ((kind, re.search(pattern, words)) for kind, pattern in _EVALUATED.items())
    return next((kind for kind, is_there in found if is_there), "")


def _all_sites(script: Script) -> list[_Site]:
    return [site for file, tree in script.trees.items() for site in _sites(file, tree, [], "")]


def _sites(file: str, node: ast.AST, loops: list[Loop], function: str) -> Iterator[_Site]:
    """All calls within a node."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef):
            yield from _sites(file, child, [], child.name)
        elif isinstance(child, ast.For | ast.While):
            yield from _sites(file, child, [*loops, child], function)
        else:
            if isinstance(child, ast.Call):
                yield _Site(file, child, loops, function)
            yield from _sites(file, child, loops, function)


def _runs(call: ast.Call, steps: list[str]) -> bool:
    """Whether a call runs the training step."""
    if called(call) != "run" or not steps:
        return False
    words = "|".join(map(re.escape, steps))
    return bool(re.search(rf"(?<!\w)({words})(?!\w)", ast.unparse(call)))


def _through_functions(sites: list[_Site], found: list[_Site]) -> list[_Site]:
    """Calls of the functions in which the training step is run."""
    known = {site.function for site in found} - {"", "main"}
    for _ in range(3):
        outer = [site for site in sites if called(site.call) in known]
        if any(site.loops for site in outer):
            return outer
        known |= {site.function for site in outer} - {""}
    return found


def _counted(script: Script, loops: list[Loop]) -> tuple[int | None, int | None]:
    """Epochs and steps that some loops within each other run."""
    outer = _count(script, loops[0])
    if isinstance(loops[0], ast.While) and "epoch" in ast.unparse(loops[0].test):
        return outer, None
    inner = [_count(script, loop) for loop in loops[1:]]
    is_of_epochs = isinstance(loops[0], ast.For) and "epoch" in ast.unparse(loops[0].target).lower()
    steps = outer
    for count in inner:
        steps = None if steps is None or count is None else steps * count
    if len(loops) > 1:
        return outer, steps
    return (outer, None) if is_of_epochs else (None, outer)


def _shown(script: Script, loop: Loop) -> int | None:
    """The steps of `if step % 100 == 0:` in a loop."""
    remainders = (
        node.test.left.right
        for node in ast.walk(loop)
        if isinstance(node, ast.If) and isinstance(node.test, ast.Compare)
        if isinstance(node.test.left, ast.BinOp) and isinstance(node.test.left.op, ast.Mod)
    )
    numbers = [number for one in remainders if isinstance(number := script.number(one), int)]
    return next((number for number in numbers if number > 1), None)


def _count(script: Script, loop: Loop) -> int | None:
    """How often a loop runs."""
    if isinstance(loop, ast.While):
        return _of_while(script, loop.test)
    call = loop.iter
    if isinstance(call, ast.Call) and called(call) == "zip":
        counts = [count for one in call.args if (count := _of_range(script, one)) is not None]
        return min(counts, default=None)
    return _of_range(script, call)


def _of_range(script: Script, call: ast.expr) -> int | None:
    """How many numbers a range has; one that begins with what nobody knows begins with 0."""
    if not isinstance(call, ast.Call) or called(call) not in ("range", "xrange", "trange"):
        return None
    bounds = [script.number(one) for one in call.args]
    if len(bounds) == 2 and bounds[0] is None:
        bounds[0] = 0
    if not bounds or any(bound is None for bound in bounds):
        return None
    try:
        return len(range(*(int(bound) for bound in bounds)))
    except (TypeError, ValueError, OverflowError):
        return None


def _of_while(script: Script, test: ast.expr) -> int | None:
    """Of `while step * batch_size < training_iters:`, from the first value that `step` is given."""
    if not isinstance(test, ast.Compare) or not isinstance(test.ops[0], ast.Lt | ast.LtE):
        return None
    end, left, size = script.number(test.comparators[0]), test.left, 1
    if isinstance(left, ast.BinOp) and isinstance(left.op, ast.Mult):
        one, other = left.left, left.right
        is_second = script.number(other) in (0, 1)  # what is counted begins so
        left, size = (other, script.number(one)) if is_second else (one, script.number(other))
    if end is None or not size:
        return None
    reach = end / size - (script.number(left) or 0)
    return max(0, math.ceil(reach) if isinstance(test.ops[0], ast.Lt) else math.floor(reach) + 1)
