"""Several optimizers, by one loss or by several: a `train_step` as in Keras' guides."""

import dataclasses
import itertools
import re
from collections.abc import Iterable, Iterator

import keras
import tensorflow.compat.v1 as tf

from legacy_cnn.errors import ParityError
from legacy_cnn.parity.finding.paths import source
from legacy_cnn.parity.updates import closure, is_assigning, updates_of
from legacy_cnn.porting import updating
from legacy_cnn.porting.calls import written
from legacy_cnn.porting.origins import Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing import names, optimizers
from legacy_cnn.porting.writing.lines import Line, plain
from legacy_cnn.porting.writing.methods import SIGNATURE, class_name, method
from legacy_cnn.porting.writing.model import Model
from legacy_cnn.porting.writing.optimizers import Optimizer
from legacy_cnn.porting.writing.statements import Statement
from legacy_cnn.porting.writing.training import Training
from legacy_cnn.programs.variables import is_variable

#: Before a single optimizer.
ORDER = 40


#: Weights that a layer has itself: those of a recurrent layer are its cell's.
_OWN_WEIGHTS = ("kernel", "bias", "gamma", "beta", "embeddings")
#: What variables are called in TensorFlow 1 whose scope is their layer's.
_OF_LAYERS = (*_OWN_WEIGHTS, "weights", "biases")


@dataclasses.dataclass
class Group:
    """Variables that one optimizer updates by one loss."""

    stage: int
    loss: tf.Tensor
    line: str
    variables: list[str]
    name: str = ""  #: of its optimizer
    layers: list[str] = dataclasses.field(default_factory=list)
    optimizer: Optimizer | None = None
    #: The group before whose optimizer is this one's, too.
    of_before: "Group | None" = None

    @property
    def optimizer_name(self) -> str:
        """What the optimizer is called that updates these variables."""
        return self.of_before.optimizer_name if self.of_before else self.name


def training_of(reading: Reading, origins: Origins, model: Model) -> Training | None:
    """A model with its own step, if there are several optimizers of Keras."""
    groups = _groups(reading)
    if len(groups) < 2 or not all(group.line for group in groups):
        return None
    _check_assigned(reading, origins)
    _name_optimizers(reading, origins, groups)
    _share_optimizers(reading, groups)
    for group in groups:
        group.layers = _named_layers(reading, origins, model, group)
        origin = origins.of(reading.side.stages[group.stage])
        group.optimizer = optimizers.written(reading, origins, group.line, group.variables, origin)
    definitions = [d for g in groups if g.optimizer for d in g.optimizer.definitions]
    unique = {tuple(line.text for line in lines): lines for lines in definitions}
    name = class_name(reading.side.name)
    own = list(_class(reading, origins, groups, name))
    labels = "y" if reading.side.targets else "x"
    weights = _weights(reading, model, groups)
    return Training(
        [*unique.values(), own],
        name,
        list(_compiling(groups)),
        labels,
        has_several_losses=len({one.loss.name for one in groups}) > 1,
        weights=weights,
    )


def _groups(reading: Reading) -> list[Group]:
    """By stage, loss and optimizer, in the order of the script."""
    side = reading.side
    groups: dict[tuple[int, str, str], Group] = {}
    if side.loss is None:
        return []
    for stage in dict.fromkeys(side.stages):
        at, updates = side.stages.index(stage), updates_of(stage)
        for variable in side.parameters.values():
            if variable in updates:
                loss = side.tensor(side.names.losses.get(variable, side.loss.name))
                line = updating.line_of(reading, variable, updates)
                group = groups.setdefault((at, loss.name, line), Group(at, loss, line, []))
                group.variables.append(variable)
    ordered = sorted(groups.values(), key=lambda one: (one.stage, one.loss is not side.loss))
    return ordered


def _check_assigned(reading: Reading, origins: Origins) -> None:
    """Refuses what is assigned between the steps: weights that are clipped, for example.

    Averages of moments are no weights: where no step moves them, the port's are not moved either.
    """
    side = reading.side
    in_step = {op.name for stage in side.stages for op in closure([stage])}
    fed = {tensor.op.name for tensor in (*side.inputs, *side.targets)}
    for op in side.graph.get_operations():
        if not is_assigning(op) or op.name in in_step or len(op.inputs) < 2:
            continue
        before = closure([op.inputs[1].op])
        is_weight = source(op.inputs[0]).name in side.updates
        if not is_weight and any(one.name in fed for one in before):
            continue
        if any(is_variable(one) and one.name in side.updates for one in before):
            line = origins.line(op)
            place = f"{line.shown}: " if line else ""
            raise ParityError(
                f"{place}{op.type} ({op.name}) changes a weight between the steps of several "
                f"optimizers, which no row writes yet."
            )


def _name_optimizers(reading: Reading, origins: Origins, groups: list[Group]) -> None:
    taken: set[str] = set()
    for group in groups:
        origin = origins.of(reading.side.stages[group.stage])
        is_alone = sum(one.stage == group.stage for one in groups) == 1
        wish = names.usable((origin and origin.name) or "") if is_alone else ""
        wish = wish.lower() or group.line.partition("(")[0].lower()
        group.name = next(
            one for one in (wish, *(f"{wish}_{n}" for n in range(2, 99))) if one not in taken
        )
        taken.add(group.name)


def _share_optimizers(reading: Reading, groups: list[Group]) -> None:
    """Gives groups of several stages one optimizer if one counts the updates of all.

    Adam in TensorFlow 1 has the powers of its betas once, whatever `minimize` is called for.
    """
    first: dict[str, Group] = {}
    for group in groups:
        power = _power_of(reading, group)
        before = first.setdefault(power, group) if power else group
        if before.stage != group.stage and before.line == group.line:
            group.of_before = before


def _power_of(reading: Reading, group: Group) -> str:
    """The variable with the power of Adam's first beta; "" for another optimizer."""
    for variable in group.variables:
        for op in reading.side.updates[variable].operations:
            if re.fullmatch(r"(Resource)?ApplyAdam", op.type):
                return source(op.inputs[3]).name
    return ""


def _owning(groups: list[Group]) -> list[Group]:
    """Those groups that have the optimizers."""
    return [group for group in groups if group.of_before is None]


def _named_layers(reading: Reading, origins: Origins, model: Model, group: Group) -> list[str]:
    """Gives the layers of a group names, by which the step finds them."""
    found = []
    for variable in group.variables:
        mark, _ = model.owners[variable]
        statement = next(one for one in model.statements if one.layer == mark)
        if 'name="' not in statement.made:
            used = [one.made for one in model.statements]
            numbered = names.numbered(_layer_wish(variable, statement))
            name = next(n for n in numbered if not any(f'name="{n}"' in text for text in used))
            comma = "" if statement.made.endswith("()") else ", "
            if comma or statement.made.startswith("layers."):
                statement.made = f'{statement.made[:-1]}{comma}name="{name}")'
            else:
                raise ParityError(
                    f"{reading.side.name} trains {variable}, which no layer of Keras has, by one "
                    f"of several optimizers, which no row writes yet."
                )
        found.append(statement.made.rpartition('name="')[2].partition('"')[0])
    return list(dict.fromkeys(found))


def _layer_wish(variable: str, statement: Statement) -> str:
    """By the scope of a variable, which says the network: generator_dense."""
    scope, _, last = variable.rpartition("/")
    own = names.usable(statement.wish) or statement.kind
    words = [*scope.split("/"), *([] if last in _OF_LAYERS else [own])]
    return names.usable("_".join(words).lower()) or own


def _weights(reading: Reading, model: Model, groups: list[Group]) -> dict[str, str]:
    """Where the weights of named layers are: those of several networks often have equal shapes."""
    made = {one.layer: one.made for one in model.statements if one.layer}
    parameters = {variable: name for name, variable in reading.side.parameters.items()}
    found = {}
    for variable in (variable for group in groups for variable in group.variables):
        mark, weight = model.owners[variable]
        if weight in _OWN_WEIGHTS:
            layer = made[mark].rpartition('name="')[2].partition('"')[0]
            found[parameters[variable]] = f"{layer}/{weight}"
    return found


def _class(reading: Reading, origins: Origins, groups: list[Group], name: str) -> Iterator[Line]:
    losses = {group.loss.name: group.loss for group in groups}
    called = _losses_called(origins, list(losses.values()), [group.name for group in groups])
    yield Line(f"class {name}(keras.Model):")
    yield Line('    """A model whose parts have an optimizer each."""')
    yield Line("")
    for group in groups:
        yield from plain(f"layers_of_{group.name} = {written(group.layers)}", 4)
    yield Line("")
    yield from _compile(groups)
    for at, loss in enumerate(losses.values()):
        yield Line("")
        if at == 0:
            yield from method(reading, origins, "compute_loss", SIGNATURE, loss, True)
        else:
            signature = "self, x, y, y_pred"
            yield from method(reading, origins, called[loss.name], signature, loss)
    yield Line("")
    yield Line("    def variables_of(self, names):")
    yield Line(
        "        return [v for name in names for v in self.get_layer(name).trainable_variables]"
    )
    yield Line("")
    yield from _train_step(groups, reading.side.stages, called)


def _losses_called(
    origins: Origins, losses: list[tf.Tensor], taken: Iterable[str]
) -> dict[str, str]:
    """The method that computes each loss, by the loss: it is none of a model's attributes."""
    called: dict[str, str] = {}
    for loss in losses:
        origin = origins.of(loss.op)
        wish = names.usable((origin and origin.name) or "").lower()
        is_free = wish and wish not in (*called.values(), *taken) and not hasattr(keras.Model, wish)
        called[loss.name] = wish if is_free else f"loss_{len(called) + 1}"
    return called


def _compile(groups: list[Group]) -> Iterator[Line]:
    owning = _owning(groups)
    words = ", ".join(group.name for group in owning)
    yield Line(f"    def compile(self, {words}):")
    yield Line(f"        super().compile(optimizer={owning[0].name})")
    for group in owning[1:]:
        yield Line(f"        self.{group.name} = {group.name}")
    for group in owning:
        own = [one for one in groups if one.optimizer_name == group.name]
        if len(own) > 1:
            yield Line(
                "        # One optimizer for all, as in the script: its step count is shared."
            )
        layers = " + ".join(f"self.layers_of_{one.name}" for one in own)
        yield from plain(f"{group.name}.build(self.variables_of({layers}))", 8)


def _train_step(
    groups: list[Group], stages: list[tf.Operation], called: dict[str, str]
) -> Iterator[Line]:
    yield Line("    def train_step(self, data):")
    yield Line("        x, y, _ = keras.utils.unpack_x_y_sample_weight(data)")
    for stage, repeated in itertools.groupby(stages):
        own = [group for group in groups if group.stage == stages.index(stage)]
        if own:
            yield from _repeated(len(list(repeated)), list(_updating(groups, own, called)))
    first = groups[0].loss.name
    logs = [f'"{"loss" if name == first else word}": {word}' for name, word in called.items()]
    yield from plain(f"return {{{', '.join(logs)}}}", 8)


def _repeated(times: int, lines: list[Line]) -> Iterator[Line]:
    """Statements of a method, in a loop if they run several times."""
    if times == 1:
        yield from lines
        return
    yield Line(f"        for _ in range({times}):")
    for line in lines:
        yield line._replace(text=f"    {line.text}")


def _updating(groups: list[Group], own: list[Group], called: dict[str, str]) -> Iterator[Line]:
    """The statements by which some groups, those of a stage, are updated."""
    persistent = "persistent=True" if len(own) > 1 else ""
    yield Line(f"        with tf.GradientTape({persistent}) as tape:")
    yield Line("            y_pred = self(x, training=True)")
    for name in dict.fromkeys(group.loss.name for group in own):
        function = "compute_loss" if name == groups[0].loss.name else called[name]
        yield Line(f"            {called[name]} = self.{function}(x, y, y_pred)")
    for group in own:
        is_first = group.optimizer_name == groups[0].optimizer_name
        attribute = "optimizer" if is_first else group.optimizer_name
        yield Line(f"        variables = self.variables_of(self.layers_of_{group.name})")
        gradients = f"tape.gradient({called[group.loss.name]}, variables)"
        yield from plain(f"self.{attribute}.apply({gradients}, variables)", 8)


def _compiling(groups: list[Group]) -> Iterator[Line]:
    owning = _owning(groups)
    given = [f"{group.name}={group.optimizer.text}" for group in owning if group.optimizer]
    yield from plain(f"model.compile({', '.join(given)})", 4)
    for group in owning:
        attribute = "optimizer" if group is groups[0] else group.name
        for line in group.optimizer.after if group.optimizer else ():
            if ".build(" not in line.text:
                yield line._replace(text=line.text.replace("model.optimizer", f"model.{attribute}"))
