"""How many operations more batch normalization made in old releases; see `op_seeds`.

What it made depends on how it is called, and `arg_scope` has a say in that.
"""

import functools
import inspect
import sys
from collections.abc import Callable
from typing import Any, NamedTuple

import tensorflow.compat.v1 as tf

from legacy_cnn.compat import options
from legacy_cnn.compat.op_rows import Row

NAMES = ("contrib.layers.batch_norm", "layers.batch_normalization")


class _Call(NamedTuple):
    """How it is called."""

    image: bool  #: four axes
    any_batch: bool  #: the size of the batch is not known
    training: bool | None  #: None for a tensor
    now: bool  #: the moments are updated at once
    fused: bool | None
    center: bool
    scale: bool


#: Of the kernel for images, by `training`, if the moments are updated later: of 1.4.0 and 1.15.5.
_FUSED = {True: (0, 2), False: (1, 1), None: (1, 0)}
#: Of 0.12.1 and 1.0.1, with neither scale nor center changed: (image, training, now).
_EARLY = {
    "contrib.layers.batch_norm": {
        (False, True, False): (14, 23),
        (False, True, True): (15, 18),
        (False, False, False): (1, 7),
        (False, False, True): (1, 1),
        (False, None, False): (12, 17),
        (False, None, True): (2, 5),
        (True, True, False): (17, 26),
        (True, True, True): (19, 22),
        (True, False, False): (5, 11),
        (True, False, True): (5, 5),
        (True, None, False): (21, 26),
        (True, None, True): (6, 9),
    },
    "layers.batch_normalization": {
        (False, True, False): (0, 18),
        (False, False, False): (0, 8),
        (False, None, False): (0, 13),
        (True, True, False): (0, 30),
        (True, False, False): (0, 15),
        (True, None, False): (0, 33),
    },
}
#: More, if the argument is not its default: (name, training, now), of scale and of center.
_OTHER_SCALE = {
    ("contrib.layers.batch_norm", None, False): (2, 7),
    ("contrib.layers.batch_norm", True, False): (2, 4),
    ("contrib.layers.batch_norm", False, False): (2, 4),
    ("contrib.layers.batch_norm", None, True): (2, 2),
    ("contrib.layers.batch_norm", True, True): (2, 2),
    ("contrib.layers.batch_norm", False, True): (2, 2),
}
_NO_CENTER = {
    ("contrib.layers.batch_norm", None, False): (-1, -5),
    ("contrib.layers.batch_norm", True, False): (-1, -3),
    ("contrib.layers.batch_norm", False, False): (-1, -3),
    ("contrib.layers.batch_norm", None, True): (-1, -1),
    ("contrib.layers.batch_norm", True, True): (-1, -1),
    ("contrib.layers.batch_norm", False, True): (-1, -1),
}


def row(name: str, function: Callable[..., Any], arguments: Any, keywords: Any) -> Row | None:
    """The row of a call of one of `NAMES`; None if it is not known.

    Args:
      name: which.
      function: what serves it.
      arguments: the positional ones.
      keywords: the others.
    """
    call = _call(name, function, arguments, keywords)
    if call is None:
        return None
    numbers = (_early(name, call) or (0, 0)) + _later(name, call)
    is_early_known = _early(name, call) is not None
    return Row(numbers) if is_early_known or _is_late() else None


def _is_late() -> bool:
    return options.release() not in ("0.12.1", "1.0.1")


def _later(name: str, call: _Call) -> tuple[int, int]:
    if call.image and call.fused is not False:
        return (0, 0) if call.now else _FUSED[call.training]
    of_layers = name == "layers.batch_normalization" or call.fused is False
    return (-4, 0) if of_layers and call.training is None and not call.now else (0, 0)


def _early(name: str, call: _Call) -> tuple[int, int] | None:
    plain = call.scale == (name == "layers.batch_normalization")
    found = _EARLY[name].get((call.image, call.training, call.now))
    if found is None or call.fused is not None or not (plain or call.center):
        return None
    kind = name, call.training, call.now
    more = (0, 0) if plain else _OTHER_SCALE.get(kind)
    less = (0, 0) if call.center else _NO_CENTER.get(kind)
    if more is None or less is None:
        return None
    batch = 5 if call.any_batch and call.training is not False else 0
    return found[0] + more[0] + less[0] + batch, found[1] + more[1] + less[1] + batch


def _call(name: str, function: Any, arguments: Any, keywords: Any) -> _Call | None:
    given = _bound(function, arguments, {**_scoped(function), **keywords})
    shape = getattr(given.get("inputs"), "shape", None)
    if shape is None or shape.rank is None:
        return None
    is_layer = name == "layers.batch_normalization"
    training = given.get("training", False) if is_layer else given.get("is_training", True)
    return _Call(
        image=shape.rank == 4,
        any_batch=shape.as_list()[0] is None,
        training=None if isinstance(training, tf.Tensor | tf.Variable) else bool(training),
        now=not is_layer and given.get("updates_collections", "") is None,
        fused=given.get("fused"),
        center=given.get("center", True),
        scale=given.get("scale", is_layer),
    )


def _scoped(function: Any) -> dict[str, Any]:
    """The arguments that `slim.arg_scope` gives a function."""
    key, module = getattr(function, "_key_op", None), sys.modules.get("tf_slim.ops.arg_scope")
    if key is None or module is None:
        return {}
    return dict(module.current_arg_scope().get(key, {}))


def _bound(function: Any, arguments: Any, keywords: Any) -> dict[str, Any]:
    """Arguments by their names; those of a layer that is called are its attributes, too."""
    if isinstance(function, functools.partial):
        layer = function.args[0]
        own = {each: getattr(layer, each, None) for each in ("center", "scale", "fused")}
        return {**own, **dict(zip(("inputs", "training"), arguments, strict=False)), **keywords}
    try:
        return dict(inspect.signature(function).bind_partial(*arguments, **keywords).arguments)
    except (TypeError, ValueError):
        return dict(keywords)
