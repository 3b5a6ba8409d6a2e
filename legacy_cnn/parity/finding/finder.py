"""Completes the names of a graph: what the user gives stands, the rest is found."""

import json
from collections.abc import Sequence
from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.finding.layers import layers_to, output_of
from legacy_cnn.parity.finding.parameters import parameters_of
from legacy_cnn.parity.finding.paths import Paths
from legacy_cnn.parity.finding.placeholders import Roles, roles_of, settled
from legacy_cnn.parity.finding.training import Training, training_of
from legacy_cnn.parity.names import GraphNames, check_variables, listed, role
from legacy_cnn.parity.updates import is_assigning
from legacy_cnn.programs.variables import is_variable

#: What the user may say about a placeholder in place of its values.
INPUT, LABELS = "input", "labels"


def complete(
    graph: tf.Graph, given: dict[str, Any], name: str, keep_prob: float = 1.0
) -> GraphNames:
    """Names for everything that a comparison needs.

    Args:
      graph: a TensorFlow 1 graph.
      given: fields of `GraphNames` as the user has them, and maybe "output"; tensors, operations
        and variables are as good as their names. None is "there is none".
      name: of the graph, for messages.
      keep_prob: in training, for the one placeholder that takes a drop rate.

    Raises:
      ParityError: something cannot be found, or can be found in several places.
    """
    given = {key: _named(value) for key, value in given.items()}
    output_name = given.pop("output", None)
    source = f"The names of {name}"
    GraphNames.check_types(given, source)
    if all(given.get(key) for key in ("images", "layers", "parameters")) and {
        "train", "loss", "labels",
    } <= given.keys():  # fmt: skip
        feeds = settled(given.get("feeds") or {}, None)
        return GraphNames.checked({**given, "feeds": feeds}, source)
    return _Finder(graph, given, output_name, name, keep_prob).names()


class _Finder:
    def __init__(
        self,
        graph: tf.Graph,
        given: dict[str, Any],
        output: str | None,
        name: str,
        keep_prob: float,
    ) -> None:
        self.graph, self.given, self.name, self.keep_prob = graph, given, name, keep_prob
        self.output_name = output or next(
            reversed(list((given.get("layers") or {}).values())), None
        )
        self.paths = Paths(graph)

    def names(self) -> GraphNames:
        given = self.given
        training = self._training()
        self.paths = Paths(self.graph)  # with what was added: the loss of several towers
        parameters = given.get("parameters") or self._parameters(training)
        variables = list(parameters.values())
        known = [op.name for op in self.paths.operations if is_variable(op)]
        check_variables(parameters, known, self.name)
        output = self._tensor(self.output_name) if self.output_name else None
        roles = self._roles(training, output, variables)
        images, labels = self._images_and_labels(roles)
        if output is None:
            output = output_of(self.paths, training.loss, images, labels, variables)
        if output is None:
            raise self._missing("layers", "an output that is computed from the images")
        layers = given.get("layers") or layers_to(self.paths, output, images, variables)
        keep, feeds = self._feeds(roles)
        found = {
            "images": _one_or_all(images),
            "labels": _one_or_all(labels),
            "layers": layers,
            "parameters": parameters,
            "loss": training.loss.name if training.loss is not None else None,
            "losses": training.losses,
            "train": _one_or_all(training.trains),
            "keep_prob": keep,
        }
        return GraphNames.checked({**found, **given, "feeds": feeds}, f"The names of {self.name}")

    def _training(self) -> Training:
        given = self.given
        trains = [self._operation(train) for train in listed(given.get("train"))]
        loss = self._tensor(given["loss"]) if given.get("loss") else None
        if "train" in given and not trains:
            return Training([], loss, [])
        parameters = (given.get("parameters") or {}).values()
        found = training_of(self.paths, self.name, trains, loss, list(parameters))
        is_without = "loss" in given and loss is None
        return found._replace(loss=None) if is_without else found

    def _parameters(self, training: Training) -> dict[str, str]:
        others = [self._tensor(name).op for name in dict.fromkeys(training.losses.values())]
        ends = [training.loss.op, *others] if training.loss is not None else self._ends()
        variables = parameters_of(self.paths, training, ends)
        if not variables:
            raise self._missing(
                "parameters", "trainable variables that its loss or output depends on"
            )
        return {variable: variable for variable in variables}

    def _ends(self) -> list[tf.Operation]:
        if self.output_name:
            return [self._tensor(self.output_name).op]
        return [op for op in self.paths.operations if not self.paths.followers(op)
                and op.type not in ("SaveV2", "RestoreV2") and not is_assigning(op)]  # fmt: skip

    def _roles(self, training: Training, output: tf.Tensor | None, variables: list[str]) -> Roles:
        named = [self._tensor(layer) for layer in (self.given.get("layers") or {}).values()]
        end = output if output is not None else named[-1] if named else None
        if training.loss is None and end is None:
            following = self._ends()
            end = following[-1].outputs[0] if following and following[-1].outputs else None
        others = map(self._tensor, training.losses.values())
        losses = {one.name: one for one in (training.loss, *others) if one is not None}
        return roles_of(self.paths, losses.values(), end, training.trains, variables)

    def _images_and_labels(self, roles: Roles) -> tuple[list[tf.Tensor], list[tf.Tensor]]:
        """By what the user says of them, and else by what is found."""
        said = {
            self._tensor(key).name: role(value)
            for key, value in (self.given.get("feeds") or {}).items()
        }
        data = [*roles.inputs, *roles.labels]
        found = {t.name: INPUT if t in roles.inputs else LABELS for t in data}
        roles_by_name = {**found, **said}
        inputs = [tensor for tensor in data if roles_by_name[tensor.name] == INPUT]
        labels = [tensor for tensor in data if roles_by_name[tensor.name] == LABELS]
        if self.given.get("images"):
            inputs = self._tensors(self.given["images"])
            names = {tensor.name for tensor in inputs}
            labels = [tensor for tensor in labels if tensor.name not in names]
        if "labels" in self.given:
            labels = self._tensors(self.given["labels"])
            names = {tensor.name for tensor in labels}
            inputs = [tensor for tensor in inputs if tensor.name not in names]
        if not inputs:
            raise self._missing("images", "placeholder that its parameters are applied to")
        return inputs, labels

    def _tensors(self, names: str | list[str] | None) -> list[tf.Tensor]:
        return [self._tensor(name) for name in listed(names)]

    def _feeds(self, roles: Roles) -> tuple[str | None, dict[str, Any]]:
        """The placeholder that takes the keep probability, and what others are fed."""
        given = self.given.get("feeds") or {}
        feeds = {key: value for key, value in given.items() if role(value) is None}
        known = {self._tensor(key).name for key in given}
        if self.given.get("keep_prob"):
            known.add(self._tensor(self.given["keep_prob"]).name)
        for tensor in roles.switches:
            if tensor.name not in known:
                feeds[tensor.op.name] = (True, False)
        unknown = {t: why for t, why in roles.numbers.items() if t.name not in known}
        dropouts = [t for t in (*roles.keep, *roles.rates) if t.name not in known]
        if len(dropouts) > 1:
            unknown.update(dict.fromkeys(dropouts, "one of several that decide about a dropout"))
        if unknown:
            raise self._unfed(unknown)
        keep = dropouts[0].name if dropouts and dropouts[0] in roles.keep else None
        if dropouts and keep is None:
            feeds[dropouts[0].op.name] = (1 - self.keep_prob, 0.0)
        return keep, settled(feeds, roles)

    def _unfed(self, tensors: dict[tf.Tensor, str]) -> ParityError:
        names = {tensor.op.name: [0.1, 0.1] for tensor in tensors}
        first = next(iter(tensors))
        shown = json.dumps(names)
        others = (
            f" (and {', '.join(t.op.name for t in list(tensors)[1:])})" if len(tensors) > 1 else ""
        )
        return ParityError(
            f"{self.name} needs a value for the placeholder {first.op.name}{others}: "
            f"{tensors[first]}. Give what it is fed in training and otherwise in feeds: {shown}.",
            "feeds",
        )

    def _missing(self, field: str, what: str) -> ParityError:
        return ParityError(
            f'In {self.name}, no {what} can be found. Name it: "{field}" in the names '
            f"of the reference."
        )

    def _tensor(self, name: str) -> tf.Tensor:
        try:
            return self.graph.get_tensor_by_name(name if ":" in name else f"{name}:0")
        except (KeyError, ValueError) as error:
            examples = ", ".join(op.name for op in self.paths.operations[-5:]) or "nothing"
            raise ParityError(
                f"{self.name}: The graph has no tensor {name}; it has, among others, {examples}."
            ) from error

    def _operation(self, name: str) -> tf.Operation:
        try:
            return self.graph.get_operation_by_name(name)
        except (KeyError, ValueError) as error:
            examples = ", ".join(op.name for op in self.paths.operations[-5:]) or "nothing"
            raise ParityError(
                f"{self.name}: The graph has no operation {name}; it has, among others, {examples}."
            ) from error


def _one_or_all(found: Sequence[tf.Tensor | tf.Operation]) -> Any:
    """The name of a tensor or operation, or the names of several; None for none."""
    names = [one.name for one in found]
    return names if len(names) > 1 else next(iter(names), None)


def _named(value: Any) -> Any:
    """Names in place of tensors, operations and variables."""
    if isinstance(value, dict):
        return {_named(key): _named(one) for key, one in value.items()}
    if isinstance(value, tf.Operation):
        return value.name
    if isinstance(value, tf.Variable) or hasattr(value, "initializer"):
        return value.op.name
    if isinstance(value, tf.Tensor):
        return value.name
    if isinstance(value, list | tuple) and value and all(hasattr(one, "graph") for one in value):
        return [_named(one) for one in value]
    return value
