"""Replays a trace: each recorded step once more, on today's TensorFlow, from its own state."""

import contextlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.errors import ForeignGraphError, TraceError
from legacy_cnn.originals import differing, running, stepgraph
from legacy_cnn.originals.differing import Compared
from legacy_cnn.originals.meaningless import meaningless
from legacy_cnn.originals.running import Outcome, session_of
from legacy_cnn.originals.trace import Arrays, KeptStep, Trace
from legacy_cnn.programs.session import GraphSession
from legacy_cnn.results.replay import Race, Replay, ReplayedStep, ReplayedTensor, Role

#: How often a step is run with its inputs nudged, to measure its noise.
NUDGED = 8


def replay(trace: Trace) -> Replay:
    """Replays the recorded steps in a session of today's TensorFlow.

    Each step starts from its own recorded variables and is fed all that was fed, drawn and
    delivered when it was recorded. The graph is checked before it is loaded, and only what a step
    needs of it is.

    Args:
      trace: what `read_trace` returned.

    Returns:
      How far each fetched value, each variable after the step and each other recorded tensor lies
      from the recording. A step that cannot be replayed has a sentence instead.

    Raises:
      TraceError: the trace is damaged.
    """
    return Replay(
        trace=str(trace.path),
        argv=trace.environment.argv,
        recorded_on=trace.environment.tensorflow,
        python=trace.environment.python,
        replayed_on=tf.__version__,
        recorded_steps=trace.steps,
        steps=tuple(_steps(trace)),
        notes=trace.notes,
    )


def _steps(trace: Trace) -> Iterator[ReplayedStep]:
    graphs: dict[int, tf.GraphDef] = {}
    for number in trace.kept:
        step = trace.step(number)
        if step.graph not in graphs:
            graphs = {step.graph: stepgraph.parse(trace.graph(step.graph))}
        try:
            missing = trace.unrecorded(number)
            if missing:
                raise TraceError(f"{missing[0]} is of a type that could not be recorded.")
            yield _replayed(step, graphs[step.graph])
        except (ForeignGraphError, TraceError) as error:
            yield ReplayedStep(number, (), failure=str(error))


def _replayed(step: KeptStep, definition: tf.GraphDef) -> ReplayedStep:
    judging = _Judging(definition, step)
    judging.compare()
    while judging.open_names():
        if not (judging.compare_from_what_is_known() or judging.measure_noise()):
            break
    races, undecided = judging.found_races(), judging.leave_out_undecided()
    tensors = tuple(judging.in_order())
    return ReplayedStep(step.number, tensors, races, len(judging.tainted), undecided)


class _Judging:
    """Compares one step with its recording.

    A value that is not close may still be equal: a step amplifies rounding, where it divides by a
    small difference, chooses a maximum, or normalises a small gradient. So such a value is computed
    again from what was recorded on the way there and is known to be equal. If it is close then,
    every operation computes what it did, and the rest is rounding.
    """

    def __init__(self, definition: tf.GraphDef, step: KeptStep) -> None:
        self._definition = definition
        self._step = step
        self.compared: dict[str, Compared] = {}
        self._races: list[Race] = []
        #: Recorded tensors from which the others are computed.
        self._known: Arrays = {}
        # What the script fetches has to run also where its value is not compared.
        without_meaning = meaningless(definition)
        only_run = [*step.shared, *without_meaning.intersection(step.fetched)]
        self._targets = [*step.targets, *(name.partition(":")[0] for name in only_run)]
        recorded = _recorded(step, without_meaning)
        self._graph = stepgraph.cut(definition, recorded, self._targets, step.given, idle=step.idle)
        names = [*recorded, *step.after]
        self.tainted = {n for n in names if n.partition(":")[0] in self._graph.tainted}
        self._tensors = {n: value for n, value in recorded.items() if n not in self.tainted}

    def open_names(self) -> list[str]:
        """The names of those values that are not known to be equal."""
        return [name for name, each in self.compared.items() if not each.is_same]

    def compare(self) -> None:
        """Compares all that the step yields."""
        with session_of(self._graph) as session:
            after = self._after(session)
            here = self._run(session, self._graph, Outcome(self._tensors, after), self._targets)
            for name in here.names():
                self.compared[name] = self._compare(name, here)

    def compare_from_what_is_known(self) -> bool:
        """Compares those that are open once more; returns whether more is known now."""
        known = {n: value for n, value in self._tensors.items() if self.compared[n].is_same}
        if known.keys() == self._known.keys():
            return self._look_for_races()
        self._known = known
        with self._from_what_is_known(self.open_names()) as run:
            here = run(None)
            for name in self.open_names():
                if here.value(name) is not None:
                    self._settle(name, self._compare(name, here))
        return True

    def measure_noise(self) -> bool:
        """Holds what is still open against what rounding does to it; returns whether more is known.

        Without what is known now, a value would have to answer for the rounding of another one.
        """
        names = [name for name in self.open_names() if self.compared[name].is_comparable]
        still_open, generator = len(self.open_names()), np.random.default_rng(0)
        with self._from_what_is_known(names) as run:
            here = run(None)
            noise = differing.Noise(here, [n for n in names if here.value(n) is not None])
            for _ in range(NUDGED):
                noise.add(run(generator))
        for name in noise.names:
            ratio = noise.ratio(name, self._there(name))
            self.compared[name] = self.compared[name]._replace(ratio=ratio)
        return len(self.open_names()) < still_open

    @contextlib.contextmanager
    def _from_what_is_known(
        self, names: list[str]
    ) -> Iterator[Callable[[np.random.Generator | None], Outcome]]:
        """Yields a function that computes values from recorded tensors that are known.

        Tensors and updates are computed in two runs: where the graph was cut, an update need not
        wait for what reads its variable inside of a branch.
        """
        tensors = {name: self._tensors[name] for name in names if ":" in name}
        updates = self._graph.order.writers() if len(tensors) < len(names) else []
        reading, writing = self._cut(tensors, (), self._known), self._cut((), updates, self._known)
        with session_of(reading) as reader, session_of(writing) as writer:
            after = self._after(writer)

            def run(generator: np.random.Generator | None) -> Outcome:
                read, written = Outcome({}, {}), Outcome({}, {})
                if tensors:
                    read = self._run(reader, reading, Outcome(tensors, {}), [], generator)
                if updates:
                    written = self._run(writer, writing, Outcome({}, after), updates, generator)
                return Outcome(read.tensors, written.after)

            yield run

    def found_races(self) -> tuple[Race, ...]:
        """Those that got the updated value, and those whose value is still unexplained."""
        # Which of several updates was read cannot be said.
        still = {name.partition(":")[0] for name in self.open_names()} - self._graph.undecided
        return tuple(race for race in self._races if race.after or race.operation in still)

    def leave_out_undecided(self) -> int:
        """Drops the values that are open since several updates came in any order; counts them."""
        undecided = self._graph.undecided
        dropped = [name for name in self.open_names() if name.partition(":")[0] in undecided]
        for name in dropped:
            del self.compared[name]
        return len(dropped)

    def in_order(self) -> Iterator[ReplayedTensor]:
        """The comparisons in the order of the graph."""
        order = self._graph.places
        for name in sorted(self.compared, key=lambda name: (order[name.partition(":")[0]], name)):
            each = self.compared[name]
            role: Role = "tensor"
            if ":" not in name or name in self._step.fetched:
                role = "fetched" if ":" in name else "variable"
            yield ReplayedTensor(
                name, role, each.difference, each.local, each.ratio, each.is_identical, each.is_same
            )

    def _look_for_races(self) -> bool:
        """Finds open operations that read a variable after its update, which closes them."""
        settled = False
        for operation, variables in self._graph.raced.items():
            outputs = [name for name in self.open_names() if name.startswith(f"{operation}:")]
            if outputs and operation not in [race.operation for race in self._races]:
                late = self._read_after(outputs, variables)
                for name, each in late.items():
                    self._settle(name, each)
                after = all(each.is_same for each in late.values())
                self._races.append(Race(operation, tuple(sorted(variables)), after))
                settled = settled or after
        return settled

    def _read_after(self, outputs: list[str], variables: set[str]) -> dict[str, Compared]:
        """Compares what an operation yields from recorded inputs and the updated variables."""
        tensors = {name: self._tensors[name] for name in outputs}
        inputs = {n: value for n, value in self._tensors.items() if n not in tensors}
        graph = self._cut(tensors, (), inputs)
        with session_of(graph) as session:
            late = {name: self._step.after[name] for name in variables if name in self._step.after}
            here = self._run(session, graph, Outcome(tensors, {}), [], late=late)
            return {name: self._compare(name, here) for name in outputs}

    def _settle(self, name: str, local: Compared) -> None:
        """Takes a comparison from recorded inputs beside the one from the step's beginning."""
        if local.is_same or self.compared[name].local is None:
            self.compared[name] = self.compared[name]._replace(
                is_close=local.is_close, local=local.difference
            )

    def _compare(self, name: str, here: Outcome) -> Compared:
        return differing.compare(here.value(name), self._there(name), self._step.before.get(name))

    def _there(self, name: str) -> NDArray[Any]:
        return self._tensors[name] if ":" in name else self._step.after[name]

    def _after(self, session: GraphSession) -> Arrays:
        """The recorded values of a session's variables, but for those of unrecorded noise."""
        step = self._step
        names = [name for name in step.before if name in session.variables]
        return {name: step.after[name] for name in names if name not in self.tainted}

    def _cut(
        self, tensors: Iterable[str], targets: Iterable[str], known: Arrays
    ) -> stepgraph.StepGraph:
        given = {**known, **self._step.given}
        return stepgraph.cut(self._definition, tensors, targets, given, self._graph)

    def _run(
        self,
        session: GraphSession,
        graph: stepgraph.StepGraph,
        recorded: Outcome,
        targets: list[str],
        generator: np.random.Generator | None = None,
        late: Arrays | None = None,
    ) -> Outcome:
        """Runs the step from its state, with what is known fed, and nudged by a generator."""
        before = {n: value for n, value in self._step.before.items() if n in session.variables}
        before.update(late or {})
        given = {**self._tensors, **self._step.given}
        fed = {placeholder: given[name] for name, placeholder in graph.placeholders.items()}
        if generator:
            before = differing.nudged(before, generator)
            fed = differing.nudged(fed, generator)
        return running.run(session, recorded, targets, before, fed)


def _recorded(step: KeptStep, without_meaning: set[str]) -> Arrays:
    """The recorded tensors that a replay can compute: no strings, and nothing that is chance."""
    chance = without_meaning.union(step.shared, step.given)
    return {
        name: value
        for name, value in {**step.tensors, **step.fetched}.items()
        if name not in chance and value.dtype != object
    }
