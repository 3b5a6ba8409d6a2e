"""Leaves out of a graph what a graph from outside may not have, where nothing needs it."""

from collections.abc import Collection, Iterable

import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ForeignGraphError
from legacy_cnn.programs import permitted

#: What is given a value from outside.
_FED = ("Placeholder", "PlaceholderV2", "PlaceholderWithDefault")
_UPDATES = ("Apply", "Assign", "Scatter")


def cut(definition: tf.GraphDef, asked: Collection[str] = ()) -> None:
    """Leaves out what is not allowed, and all that follows from it, where no step needs it.

    So does what reads a file's own batches, whose place a placeholder takes, or a metric in Python.

    Args:
      definition: of the graph; it is changed.
      asked: operations that are needed in any case.

    Raises:
      ForeignGraphError: a step needs something that is not allowed; without steps, what is computed
        from placeholders does.
    """
    forbidden = _forbidden(definition)
    if not forbidden:
        return
    for node in definition.node:
        if node.op == "PlaceholderWithDefault":
            node.op = "Placeholder"
            del node.input[:]
    by_name = {node.name: node for node in definition.node}
    dropped = following(definition, forbidden)
    fed = following(definition, [one.name for one in definition.node if one.op in _FED])
    updates = [name for name in fed if any(each in by_name[name].op for each in _UPDATES)]
    for name in (*asked, *(updates or fed)):
        if name in dropped:
            cause = _cause(by_name, name, forbidden)
            raise refusal(_inner(cause, definition), cause)
    leave_out(definition)


def refusal(node: tf.NodeDef, caller: tf.NodeDef | None = None) -> ForeignGraphError:
    """The error about an operation that a step needs, maybe in a function, and is not allowed."""
    return ForeignGraphError(
        f"{permitted.refusal(node, caller)} If you know who made it, give trust.", "trust"
    )


def _forbidden(definition: tf.GraphDef) -> set[str]:
    """The operations that are not allowed, or call a function that has one."""
    bodies = {one.signature.name: one.node_def for one in definition.library.function}
    functions = {
        name
        for name in bodies
        if all(
            node.op in permitted.ALLOWED or node.op in bodies
            for each in functions_called(bodies[name], definition) | {name}
            for node in bodies[each]
        )
    }
    return {
        node.name
        for node in definition.node
        if not (node.op in permitted.ALLOWED or node.op in functions)
        or any(name in bodies and name not in functions for name in permitted.called(node))
    }


def following(definition: tf.GraphDef, names: Iterable[str]) -> dict[str, None]:
    """Operations and all that follow from them, or wait for them, in the order of the graph."""
    users: dict[str, list[str]] = {}
    for node in definition.node:
        for name in node.input:
            users.setdefault(operation_of(name), []).append(node.name)
    waiting, found = list(names), set[str]()
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(users.get(name, ()))
    return {node.name: None for node in definition.node if node.name in found}


def _cause(by_name: dict[str, tf.NodeDef], name: str, forbidden: set[str]) -> tf.NodeDef:
    """The first operation before another that is not allowed."""
    waiting, seen = [name], set[str]()
    while waiting:
        one = waiting.pop(0)
        if one in forbidden:
            return by_name[one]
        if one not in seen and one in by_name:
            seen.add(one)
            waiting.extend(operation_of(each) for each in by_name[one].input)
    raise AssertionError(name)  # it follows from one


def _inner(node: tf.NodeDef, definition: tf.GraphDef) -> tf.NodeDef:
    """The operation that is not allowed: a node, or one in a function that it calls."""
    bodies = {one.signature.name: one.node_def for one in definition.library.function}
    inner = [each for name in sorted(functions_called([node], definition)) for each in bodies[name]]
    wrong = (one for one in (node, *inner) if one.op not in permitted.ALLOWED | bodies.keys())
    return next(wrong, node)


def operation_of(name: str) -> str:
    """The operation that an input of a node names, be it a value or one to wait for."""
    return name.removeprefix("^").partition(":")[0]


def leave_out(definition: tf.GraphDef) -> None:
    """Drops what may not be loaded, what is computed from it, and data that only that takes.

    What only waits for it stays.
    """
    functions = {each.signature.name for each in definition.library.function}
    allowed = permitted.ALLOWED | functions
    inputs = {
        node.name: {name.partition(":")[0] for name in node.input} for node in definition.node
    }
    users: dict[str, set[str]] = {}
    for name, taken in inputs.items():
        for one in taken:
            users.setdefault(one.removeprefix("^"), set()).add(name)
    dropped = {node.name for node in definition.node if node.op not in allowed}
    size = -1
    while size != len(dropped):
        size = len(dropped)
        dropped |= {name for name, taken in inputs.items() if taken & dropped}
    constants = {node.name for node in definition.node if node.op == "Const"}
    dropped |= {name for name in constants & users.keys() if users[name] <= dropped}
    kept = [node for node in definition.node if node.name not in dropped]
    for node in kept:
        stay = [name for name in node.input if name.removeprefix("^") not in dropped]
        del node.input[:]
        node.input.extend(stay)
    rest = tf.GraphDef(versions=definition.versions)
    rest.node.extend(kept)
    called = functions_called(kept, definition)
    rest.library.function.extend(
        one for one in definition.library.function if one.signature.name in called
    )
    rest.library.gradient.extend(
        one for one in definition.library.gradient if one.function_name in called
    )
    definition.CopyFrom(rest)


def functions_called(nodes: Iterable[tf.NodeDef], definition: tf.GraphDef) -> set[str]:
    """The functions that operations call, and those that these call."""
    bodies = {one.signature.name: one.node_def for one in definition.library.function}
    gradients = {one.function_name: one.gradient_func for one in definition.library.gradient}
    waiting, found = list(nodes), set[str]()
    while waiting:
        node = waiting.pop()
        for name in permitted.called(node):
            for function in (name, gradients.get(name, "")):
                if function in bodies and function not in found:
                    found.add(function)
                    waiting.extend(bodies[function])
    return found
