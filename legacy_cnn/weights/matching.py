"""Whose array is whose: the names and layouts of another program, matched to the vocabulary."""

from legacy_cnn.errors import WeightsError


def match(expected, found, source, mapping=None, hint=""):
    """Finds the counterpart of each parameter: by `mapping`, else by name, else by shape.

    By name means that the name in the other program is the parameter's, or ends in it after a
    slash: Keras puts the model's own name before a layer's, or not.
    By shape means that one array alone is left of that shape, or of a layout of it (see
    `layouts`), or that as many are left of it as are missing; then they are taken in order.

    Args:
      expected: dict from a parameter's name to its shape and its other names, `(shape, names)`.
      found: dict from a name in the other program to its shape.
      source: what the other program is, for messages.
      mapping: dict from a parameter's name to a name in `found`; need not be complete.
      hint: sentence appended to errors that a mapping would mend.

    Returns:
      Dict from each parameter's name to its name in `found`.

    Raises:
      WeightsError: the mapping names what is not there, or a parameter has no counterpart.
    """
    matched = {}
    for name, other in (mapping or {}).items():
        if name in expected:
            if other not in found:
                raise WeightsError(f"{source} has no {other} for {name}; it has {listed(found)}.")
            matched[name] = other
    for name, (_, names) in expected.items():
        same = [each for each in found if _called(each, (name, *names))]
        if name not in matched and len(same) == 1:
            matched[name] = same[0]
    _by_shape(expected, found, matched)
    missing = [name for name in expected if name not in matched]
    if missing:
        name = missing[0]
        left = {other: shape for other, shape in found.items() if other not in matched.values()}
        raise WeightsError(
            f"{source} has nothing for {name}, of shape {expected[name][0]}: "
            f"left are {listed(left)}.{hint and ' ' + hint.format(name=name)}",
            "mapping",
        )
    return matched


def _called(found, names):
    return any(found == name or found.endswith(f"/{name}") for name in names)


def _by_shape(expected, found, matched):
    for same in (_equal, _laid_out):
        missing = [name for name in expected if name not in matched]
        for name in missing:
            shape = expected[name][0]
            rivals = [
                each for each in missing if each not in matched and expected[each][0] == shape
            ]
            free = [o for o in found if o not in matched.values() and same(shape, found[o])]
            if name not in matched and len(free) == len(rivals):
                matched.update(zip(rivals, free, strict=True))


def _equal(shape, other):
    return tuple(shape) == tuple(other)


def _laid_out(shape, other):
    return any(tuple(shape[axis] for axis in order) == tuple(other) for order, _ in layouts(shape))


def layouts(shape):
    """Orders of axes in which other programs keep an array of `shape`, with their names."""
    if len(shape) == 4:
        return [((3, 2, 0, 1), "OIHW, as in PyTorch"), ((2, 3, 0, 1), "IOHW")]
    return [((1, 0), "transposed: (out, in)")] if len(shape) == 2 else []


def listed(found):
    """Names and shapes for a message."""
    return ", ".join(f"{name} {tuple(shape)}" for name, shape in found.items()) or "none"
