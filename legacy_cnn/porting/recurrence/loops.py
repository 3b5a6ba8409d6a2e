"""The loops of a graph: their states, what they read for each step, and what they write."""

import dataclasses

import tensorflow.compat.v1 as tf

from legacy_cnn.parity.finding.paths import Paths
from legacy_cnn.porting.recurrence.values import is_loop_state, number, plain


@dataclasses.dataclass(frozen=True)
class State:
    """A value that goes around a loop."""

    merge: tf.Tensor  #: its value in a step
    first: tf.Tensor  #: before the loop
    next: tf.Tensor  #: after a step
    last: tf.Tensor | None  #: after the loop


@dataclasses.dataclass(frozen=True)
class Loop:
    """A loop over time."""

    frame: str
    states: tuple[State, ...]
    #: What it writes in a step -> all of that, with time as the first axis.
    written: tuple[tuple[tf.Tensor, tf.Tensor], ...]

    def state_of(self, merge: tf.Tensor) -> State | None:
        return next((one for one in self.states if one.merge is merge), None)


def loops_of(paths: Paths, needed: set[str]) -> list[Loop]:
    """The loops among some operations."""
    merges: dict[str, list[tf.Operation]] = {}
    for op in paths.ordered(needed):
        entering = [t.op for t in op.inputs if t.op.type in ("Enter", "RefEnter")]
        if op.type == "Merge" and entering:
            merges.setdefault(entering[0].get_attr("frame_name").decode(), []).append(op)
    return [_loop(paths, needed, frame, ops) for frame, ops in merges.items()]


def _loop(paths: Paths, needed: set[str], frame: str, merges: list[tf.Operation]) -> Loop:
    states = [_state(paths, op) for op in merges]
    written = []
    for state in states:
        if state.next.op.type == "TensorArrayWriteV3" and state.last is not None:
            gathered = [f for f in paths.followers(state.last.op) if f.name in needed]
            if len(gathered) == 1 and gathered[0].type == "TensorArrayGatherV3":
                written.append((state.next.op.inputs[2], gathered[0].outputs[0]))
    plain_states = [s for s in states if s.merge.dtype.is_floating and _is_value(s)]
    return Loop(frame, tuple(plain_states), tuple(written))


def _is_value(state: State) -> bool:
    return not state.next.op.type.startswith("TensorArray")


def _state(paths: Paths, merge: tf.Operation) -> State:
    first = next(t.op.inputs[0] for t in merge.inputs if t.op.type in ("Enter", "RefEnter"))
    after = next(t.op.inputs[0] for t in merge.inputs if t.op.type == "NextIteration")
    switches = [f for f in paths.followers(merge) if f.type in ("Switch", "RefSwitch")]
    exits = [f for s in switches for f in paths.followers(s) if f.type in ("Exit", "RefExit")]
    return State(merge.outputs[0], first, after, exits[0].outputs[0] if exits else None)


def read_by(tensor: tf.Tensor) -> tf.Tensor | None:
    """All of what a loop reads a part of in each step, with time as the first axis."""
    op = tensor.op
    if op.type in ("GatherV2", "Gather", "StridedSlice"):
        return _indexed(op)
    if op.type != "TensorArrayReadV3":
        return None
    filled = plain(op.inputs[2])
    return filled.op.inputs[2] if filled.op.type == "TensorArrayScatterV3" else None


def _indexed(op: tf.Operation) -> tf.Tensor | None:
    """What `x[time]` or `tf.gather(x, time)` takes a step of."""
    index = plain(op.inputs[1])
    if op.type == "StridedSlice":
        is_first = op.get_attr("shrink_axis_mask") & 1 and index.op.type == "Pack"
        index = plain(index.op.inputs[0]) if is_first else index
    elif op.type == "GatherV2" and number(op.inputs[2]) != 0:
        return None
    return plain(op.inputs[0]) if _counts_steps(index) else None


def _counts_steps(tensor: tf.Tensor) -> bool:
    """Whether a loop begins with 0 in a tensor, and adds 1 in each step."""
    if not is_loop_state(tensor) or not tensor.dtype.is_integer:
        return False
    first = next(t.op.inputs[0] for t in tensor.op.inputs if t.op.type in ("Enter", "RefEnter"))
    after = next(t.op.inputs[0] for t in tensor.op.inputs if t.op.type == "NextIteration").op
    if number(first) != 0 or after.type not in ("Add", "AddV2"):
        return False
    added = [number(one) for one in after.inputs if plain(one) is not tensor]
    return added == [1]
