"""The view of a replayed trace."""

from legacy_cnn.results import Race, Replay, ReplayedStep, ReplayedTensor
from legacy_cnn.show.blocks import Block, Mark, Table, Text
from legacy_cnn.show.numbers import NONE, count, difference, three_digits

#: Tensors that are listed when a step differs.
LISTED = 10


def title(result: Replay) -> str:
    return f"{' '.join(result.argv)} on TensorFlow {result.recorded_on}, replayed"


def blocks(result: Replay) -> list[Block]:
    shown: list[Block] = [
        Text(f"{result.trace}: {count(result.recorded_steps)} steps of {' '.join(result.argv)}"),
        Text(
            f"recorded on TensorFlow {result.recorded_on} with Python {result.python}, "
            f"replayed on TensorFlow {result.replayed_on}"
        ),
        Table(
            "",
            ["step", "fetched", "variables", "tensors", "equal bits", "difference", "local"],
            [_row(step) for step in result.steps],
            notes=[
                "difference: the largest, as a part of the tensor's largest element;",
                "local: the same from recorded tensors on the way, where rounding was amplified",
            ],
        ),
    ]
    failed = [step for step in result.steps if step.failure]
    shown += [Text(f"Step {step.number} was not replayed: {step.failure}") for step in failed]
    shown += [
        Text(
            f"Step {step.number}: {count(step.left_out)} values were not compared: they depend on "
            f"noise that could not be recorded."
        )
        for step in result.steps
        if step.left_out
    ]
    shown += [
        Text(
            f"Step {step.number}: {count(step.undecided)} values were not compared: two operations "
            f"update a variable in any order, and these values depend on it."
        )
        for step in result.steps
        if step.undecided
    ]
    shown += [Text(_raced(step, race)) for step in result.steps for race in step.races]
    shown += [Text(f"Not recorded: {note}") for note in result.notes]
    shown += _verdict(result)
    return shown


def _row(step: ReplayedStep) -> list[object]:
    if not step.tensors:
        return [step.number, "-", "-", "-", "-", "-", "-"]
    roles = [each.role for each in step.tensors]
    return [
        step.number,
        *(count(roles.count(role)) for role in ("fetched", "variable", "tensor")),
        count(sum(each.identical for each in step.tensors)),
        difference(max(each.difference for each in step.tensors)),
        _local(max((each.local for each in step.tensors if each.local is not None), default=None)),
    ]


def _raced(step: ReplayedStep, race: Race) -> str:
    value = "the updated value" if race.after else "neither the old nor the new value"
    return (
        f"Step {step.number}: {race.operation} reads {', '.join(race.variables)} while the step "
        f"updates it; it got {value} there, by chance."
    )


def _verdict(result: Replay) -> list[Block]:
    if result.same and not result.complete:
        return [Text("What was compared is equal to the recording, but for rounding.")]
    if result.same:
        return [Text("Every step is equal to the recording, but for rounding.")]
    different = [step for step in result.steps if step.differing]
    if not different:
        return []
    step = different[0]
    return [
        Text(
            f"Step {step.number} differs in {count(len(step.differing))} of "
            f"{count(len(step.tensors))} values; the first, in the order of the graph:"
        ),
        Table(
            "",
            ["", "what", "difference", "local", "times rounding"],
            [_differing(each) for each in step.differing[:LISTED]],
            left=["", "what"],
        ),
    ]


def _differing(each: ReplayedTensor) -> list[object]:
    return [
        Mark(each.name, "bad"),
        each.role,
        difference(each.difference),
        _local(each.local),
        _ratio(each.ratio),
    ]


def _local(local: float | None) -> str:
    return NONE if local is None else difference(local)


def _ratio(ratio: float | None) -> str:
    return NONE if ratio is None else three_digits(ratio)
