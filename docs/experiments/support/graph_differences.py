"""The nodes in which the listing's graph of an old release differs from ours, and why."""

import collections
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from experiments.support.goldens import Golden

#: Name, operation, inputs and attributes.
Node = list[Any]


class Reason(NamedTuple):
    """Why nodes with certain names differ."""

    names: str  #: a regular expression for the whole name
    reason: str


REASONS = (
    Reason(
        r"dropout/.*|gradients/dropout/.*|sub|sub/x",
        "Dropout: up to 1.4 `floor(keep_prob + noise)` times the scaled values, in 1.15 "
        "`noise >= rate`, today a selection. Ours feeds `keep_prob`, change [1]",
    ),
    Reason(
        r"(gradients/)?(softmax_cross_entropy_with_logits|SoftmaxCrossEntropyWithLogits)(_sg)?.*"
        r"|(Rank|Shape|Sub|Slice|concat)(_[12])?(/.*)?|Reshape_[234]"
        r"|gradients/Reshape_[234]_grad/.*",
        "The loss: its operations got a scope of their own, and the labels a gradient, which is "
        "stopped",
    ),
    Reason(
        r"gradients/(Const|Fill|Shape|grad_ys_0.*)",
        "The gradient of the loss by itself, which is one",
    ),
    Reason(r"gradients/Mean_grad/.*", "The gradient of a mean: how the number of terms is found"),
    Reason(
        r"gradients/add(_\d)?_grad/.*",
        "The gradient of adding a bias: which axes are summed is now known when the graph is built",
    ),
    Reason(
        r"gradients/(Conv2D|Reshape)(_1)?_grad/.*",
        "The gradients of a convolution and a reshape: how shapes are found",
    ),
    Reason(
        r"zeros(_\d+)?|Variable(_\d)?/Adam(_1)?(/.*)?",
        "Adam's slots: their zeros got a scope, and are filled in rather than stored when large",
    ),
    Reason(r"Cast(_1)?|Rank_\d|Const_1|Mean_1", "The accuracy and the loss: casts and ranks"),
)
NEW_NAME = "An operation's new name, for the same values"
NEW_ATTRIBUTE = "An attribute that a later release added; its value keeps what the operation did"
MOVED_INPUT = "An input is a node that is listed here"
MOVED_PLACE = "The place of an operation follows an input that is listed here"
OTHER_ORDER = "A group lists the same operations in another order"
PLACEHOLDER = "A placeholder's shape was kept beside the graph up to 1.0"

#: Attributes that a later release added -> the values that keep what the operation did. What the
#: operations compute does not depend on `grad_a` and `grad_b`: they say what is a gradient.
ADDED: dict[str, tuple[Any, ...]] = {
    "Truncate": (False,),
    "_has_manual_control_dependencies": (True,),
    "dilations": ([1, 1, 1, 1],),
    "explicit_paddings": ([],),
    "grad_a": (False, True),
    "grad_b": (False, True),
    "incompatible_shape_error": (True,),
    "index_type": ("int32",),
    "output_type": ("int64",),
    "use_nesterov": (False,),
}
#: Operations that got another name.
RENAMED = {("Add", "AddV2"), ("Variable", "VariableV2"), ("Div", "RealDiv")}


class Change(NamedTuple):
    """A node that differs."""

    kind: str  #: "there", "here" or "both"
    name: str
    what: str  #: of a node in both, what differs
    reason: str  #: empty if nothing explains it


def published(golden: Golden) -> list[Node]:
    """The nodes of the listing as published, in a release."""
    nodes: list[Node] = golden["graph"]["listing"]["nodes"]
    return nodes


def ours(golden: Golden) -> list[Node]:
    """The nodes of the listing with change [1], in a release."""
    graph = golden["graph"]["listing"]
    nodes = {node[0]: node for node in [*graph["nodes"], *graph["changed"]]}
    return [nodes[name] for name in graph["order"]]


def changes(there: Golden, here: Golden) -> Iterator[Change]:
    """The nodes of a release's listing that are missing here, new here, or other here."""
    old = {node[0]: node for node in published(there)}
    new = {node[0]: node for node in ours(here)}
    for name in old:
        if name not in new:
            yield Change("there", name, "", _reason(name))
    for name in new:
        if name not in old:
            yield Change("here", name, "", _reason(name))
    for name in old:
        if name in new:
            yield from _changed(old[name], new[name], set(old) ^ set(new))


def unexplained(there: Golden, here: Golden) -> list[Change]:
    """The differences that have no reason."""
    return [change for change in changes(there, here) if not change.reason]


class Count(NamedTuple):
    """How many nodes differ for one reason."""

    there: int = 0  #: are missing here
    here: int = 0  #: are new here
    both: int = 0  #: are other here


def counts(differences: Iterable[Change]) -> dict[str, Count]:
    """How many nodes differ, by reason."""
    nodes: dict[str, set[tuple[str, str]]] = {}
    for change in differences:
        nodes.setdefault(change.reason, set()).add((change.kind, change.name))
    return {
        reason: Count(**collections.Counter(kind for kind, _ in pairs))
        for reason, pairs in nodes.items()
    }


def _reason(name: str) -> str:
    return next((row.reason for row in REASONS if re.fullmatch(row.names, name)), "")


def _changed(old: Node, new: Node, moved: set[str]) -> Iterator[Change]:
    """How a node that both have differs."""
    name = old[0]
    if old[1] != new[1]:
        renamed = (old[1], new[1]) in RENAMED
        reason = NEW_NAME if renamed else _reason(name)
        yield Change("both", name, f"{old[1]} → {new[1]}", reason)
    if old[2] != new[2]:
        yield Change("both", name, "inputs", _reason_of_inputs(name, old[2], new[2], moved))
    if old[1] == new[1] or (old[1], new[1]) in RENAMED:
        for key in sorted(set(old[3]) | set(new[3])):
            if old[3].get(key) != new[3].get(key):
                yield Change("both", name, key, _reason_of_attribute(name, key, old, new, moved))


def _reason_of_inputs(name: str, old: list[str], new: list[str], moved: set[str]) -> str:
    """A node that only reads another one has no reason of its own."""
    if sorted(old) == sorted(new):
        return OTHER_ORDER
    sources = {text.lstrip("^").split(":")[0] for text in set(old) ^ set(new)}
    return MOVED_INPUT if sources & moved else _reason(name)


def _reason_of_attribute(name: str, key: str, old: Node, new: Node, moved: set[str]) -> str:
    if key not in old[3] and new[3][key] in ADDED.get(key, ()):
        return NEW_ATTRIBUTE
    if key == "shape" and old[1] == "Placeholder":
        return PLACEHOLDER
    if key == "_class":
        return MOVED_PLACE
    return _reason(name)
