"""Losses as methods of a model: of its inputs, the labels, and its outputs."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePath
from types import MappingProxyType

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.updates import closure
from legacy_cnn.porting import losses
from legacy_cnn.porting.origins import Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import names
from legacy_cnn.porting.writing.expressions import Expr
from legacy_cnn.porting.writing.lines import Line, body, plain
from legacy_cnn.porting.writing.losses import LossScope, summed
from legacy_cnn.porting.writing.statements import Mark, Statement, new_mark

#: As Keras calls it.
SIGNATURE = "self, x=None, y=None, y_pred=None, sample_weight=None, training=True"


def class_name(name: str) -> str:
    """A model is called like its script: "dqn_maze.py" gives `DqnMaze`, "vae.py" `VAE`."""
    words = re.findall(r"[a-zA-Z0-9]+", PurePath(name).name.partition(".")[0])
    joined = "".join(word[:1].upper() + word[1:] for word in words)
    if len(joined) < 5:
        joined = joined.upper()
    return joined if joined.isidentifier() and joined != "Model" else "Trained"


class Arguments:
    """What a method takes: each as it is, or unpacked."""

    def __init__(self, reading: Reading, origins: Origins) -> None:
        self.bound: dict[str, Expr] = {}
        self._groups: list[tuple[Statement, list[Statement]]] = []
        side = reading.side
        for name, tensors in (
            ("x", side.inputs),
            ("y", side.targets),
            ("y_pred", reading.ends),
        ):
            self._add(name, tensors, origins)

    def _add(self, name: str, tensors: Sequence[tf.Tensor], origins: Origins) -> None:
        whole = Statement(new_mark(), "", name)
        pieces = [Statement(new_mark(), "", _wish(one, origins, name)) for one in tensors]
        if len(tensors) == 1:
            self.bound[tensors[0].name] = Expr(whole.mark)
            pieces = []
        self._groups.append((whole, pieces))
        for tensor, piece in zip(tensors, pieces, strict=False):
            # A tensor that is an input and an output is the one that came first.
            self.bound.setdefault(tensor.name, Expr(piece.mark))

    def chosen(self, statements: list[Statement], result: str) -> dict[Mark, str]:
        """Names for the arguments, their pieces and the statements."""
        wholes = [whole for whole, _ in self._groups]
        pieces = [piece for _, listed in self._groups for piece in listed]
        # All arguments are needed until all are unpacked.
        unpacking = Statement(new_mark(), "".join(one.mark for one in wholes), "", "unpacked")
        return names.chosen([*wholes, *pieces, unpacking, *statements], [result])

    def unpacked(
        self, statements: list[Statement], result: str, chosen: dict[Mark, str]
    ) -> Iterator[str]:
        """The statements that unpack what is used."""
        text = "".join(one.text for one in statements) + result
        for whole, pieces in self._groups:
            words = [chosen[p.mark] if p.mark in text else "_" for p in pieces]
            if any(word != "_" for word in words):
                yield f"{', '.join(words)} = {chosen[whole.mark]}"

    def used(self, statements: list[Statement], result: str) -> list[str]:
        """The names of those that a method needs."""
        text = "".join(one.text for one in statements) + result
        return [
            whole.wish
            for whole, pieces in self._groups
            if any(one.mark in text for one in (whole, *pieces))
        ]


def _wish(tensor: tf.Tensor, origins: Origins, group: str) -> str:
    """What the script calls a tensor, or the operation, or the function that returns it."""
    origin = origins.of(tensor.op)
    last = tensor.op.name.rpartition("/")[2]
    kind = re.sub(r"V\d+$", "", tensor.op.type)  # what TensorFlow calls those without a name
    is_named = re.sub(r"_\d+$", "", last).lower() != kind.lower()
    others = last if is_named else origins.function(tensor.op) or last
    wish = names.usable((origin and origin.name) or ("" if "Placeholder" in last else others))
    return wish if wish not in ("x", "y", "y_pred", "") else f"{wish or group}_"


def method(
    reading: Reading,
    origins: Origins,
    name: str,
    signature: str,
    loss: tf.Tensor,
    adds_others: bool = False,
    own: Mapping[str, str] = MappingProxyType({}),
) -> list[Line]:
    """A method that returns a loss.

    Args:
      reading: of the graph.
      origins: of its operations.
      name: of the method.
      signature: its arguments; "" for those that it needs.
      loss: what it returns.
      adds_others: whether what layers add to the loss is a part of it.
      own: variables that only the loss has -> the model's attributes.
    """
    arguments = Arguments(reading, origins)
    scope = LossScope(reading, origins, arguments.bound)
    scope.own = own
    result = summed(scope, _terms(reading, loss, own))
    if adds_others and reading.penalties:
        result = Expr(f"{result.within(1)} + sum(self.losses)", 1)
    chosen = arguments.chosen(scope.statements, result.text)
    given = signature or ", ".join(["self", *arguments.used(scope.statements, result.text)])
    origin = origins.of(loss.op)
    lines = list(plain(f"def {name}({given}):", 4, origin))
    for text in arguments.unpacked(scope.statements, result.text, chosen):
        lines += plain(text, 8)
    return [
        *lines,
        *body(scope.statements, result, chosen, 8),
    ]


def _terms(
    reading: Reading, loss: tf.Tensor, own: Mapping[str, str]
) -> list[tuple[tf.Tensor, float]]:
    """What is computed of data, or of weights that only the loss has; the rest is of layers."""
    return [
        (tensor, factor)
        for tensor, factor, of_data in losses.terms(reading, loss)
        if of_data or any(op.name in own for op in closure([tensor.op]))
    ]
