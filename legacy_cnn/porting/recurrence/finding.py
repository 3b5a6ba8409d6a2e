"""The recurrent layers of a graph."""

import dataclasses

import tensorflow.compat.v1 as tf

from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.recurrence import cells
from legacy_cnn.porting.recurrence.cells import Step
from legacy_cnn.porting.recurrence.loops import Loop, loops_of
from legacy_cnn.porting.recurrence.values import is_loop_state, is_zero, leaves, masks_of


@dataclasses.dataclass
class Layer:
    """A recurrent layer: its steps, or the one step of its loop."""

    steps: list[Step]
    inputs: tuple[tf.Tensor, ...]  #: of each step
    first: tuple[tf.Tensor, ...]  #: states before the first step: h, and c
    loop: Loop | None = None
    lengths: tf.Tensor | None = None  #: of each example's sequence; None where all are as long
    #: States after the last step, h and c; where sequences are shorter, after their last one.
    last: tuple[tf.Tensor | None, ...] = ()

    @property
    def step(self) -> Step:
        return self.steps[0]

    @property
    def outputs(self) -> tuple[tf.Tensor, ...]:
        return tuple(step.output for step in self.steps)

    @property
    def initial(self) -> tuple[tf.Tensor, ...]:
        """States to begin with that are not zero."""
        return () if all(map(is_zero, self.first)) else self.first


def layers_of(reading: Reading) -> list[Layer]:
    """The recurrent layers among what a model and its loss need, in their order."""
    needed = reading.needed
    steps = [step for op in reading.paths.ordered(needed) for step in _steps(op)]
    loops = loops_of(reading.paths, needed)
    found: list[Layer] = []
    for loop in loops:
        found += [layer for step in steps if (layer := _in_loop(loop, step)) is not None]
    looped = {id(step) for layer in found for step in layer.steps}
    chains = _chains([step for step in steps if id(step) not in looped])
    return found + [layer for layer in chains if not _feeds_itself(reading, layer)]


def _feeds_itself(reading: Reading, layer: Layer) -> bool:
    """Whether what enters a step is computed from an earlier one, as a decoder's own words are."""
    first = layer.steps[0].output.op.name
    entering = [one.op for one in layer.inputs[1:]]
    return bool(entering) and first in reading.paths.before(entering)


def _steps(op: tf.Operation) -> list[Step]:
    found = cells.step_of(op.outputs[0]) if op.outputs else None
    return [found] if found is not None else []


def _in_loop(loop: Loop, step: Step) -> Layer | None:
    """The layer of a step whose states go around a loop."""
    states = [s for one in step.after for s in loop.states if _leads_to(s.next, one)]
    if len(states) != len(step.after):
        return None
    merges = [state.merge for state in states]
    if len(step.parts) != 2 or step.parts[1] is not merges[0]:
        return None
    if step.state and step.state[0] is not merges[-1]:
        return None
    lengths = next((one for state in states for one in masks_of(state.next)), None)
    first, last = tuple(s.first for s in states), tuple(s.last for s in states)
    return Layer([step], (step.parts[0],), first, loop, lengths, last)


def _leads_to(following: tf.Tensor, value: tf.Tensor) -> bool:
    return any(one is value for one in leaves(following))


def _chains(steps: list[Step]) -> list[Layer]:
    """Steps of one cell, each of which begins where another has ended."""
    by_variables: dict[tuple[str, ...], list[Step]] = {}
    for step in steps:
        by_variables.setdefault(step.variables, []).append(step)
    found: list[Layer] = []
    for alike in by_variables.values():
        found += [layer for chain in _ordered(alike) if (layer := _chained(chain)) is not None]
    return found


def _ordered(steps: list[Step]) -> list[list[Step]]:
    chains: list[list[Step]] = []
    for step in steps:
        for chain in chains:
            if _follows(step, chain[-1]):
                chain.append(step)
                break
        else:
            chains.append([step])
    return chains


def _follows(step: Step, before: Step) -> bool:
    if len(step.parts) != 2 or not _leads_to(step.parts[1], before.output):
        return False
    return not step.state or _leads_to(step.state[0], before.after[-1])


def _chained(chain: list[Step]) -> Layer | None:
    first = chain[0]
    is_simple = first.kind == "SimpleRNN"
    if len(first.parts) != 2 or (len(chain) == 1 and is_simple):
        return None
    if any(is_loop_state(one) for one in (*first.parts, *first.state)):
        return None
    begun = (first.parts[1], first.state[0]) if first.kind == "LSTM" else (first.parts[1],)
    later = [one for step in chain[1:] for one in (step.parts[1], *step.state)]
    lengths = next((mask for one in later for mask in masks_of(one)), None)
    inputs = tuple(step.parts[0] for step in chain)
    return Layer(chain, inputs, begun, None, lengths, chain[-1].after)
