"""One step of a cluster beside the same step of a single process, from the same state.

Servers and workers are real, in this process. The single run's own noise is measured: its step
with the rows of the batch in other orders, which is the same but for rounding. Of each tensor, the
record has the norm of the cluster's difference as a multiple of the largest norm of these.
"""

import argparse
import sys
from typing import TYPE_CHECKING, Any

from experiments.support import recorded
from experiments.support.cluster_runs import inputs_of, places

if TYPE_CHECKING:
    from legacy_cnn.cluster.synchronous import Synchronous
    from legacy_cnn.programs.graph import GraphProgram
    from legacy_cnn.programs.program import Inputs

HELP = "compare a step of a cluster with the step of a single process"
WRITES = ("cluster_step.json",)
TAKES = "five minutes"

WHAT = (
    "One step of a cluster from the single run's state after so many steps: the largest difference "
    "of any tensor, as a multiple of the single run's own noise, by norm. 20 is parity's bound."
)
STEPS = (0, 10, 100, 428)
WORKERS = (1, 2, 3, 4)
ORDERS = 8
SEED = 5

#: Name -> array, or number.
State = dict[str, Any]


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    rows = []
    quick = bool(arguments.quick)
    moments = [*states((0, 2) if quick else STEPS)]
    for workers in (3,) if quick else WORKERS:
        with Replicas(workers) as replicas:
            for step, state, inputs, single, noise in moments:
                figures = compared(single, replicas.step(step, state, inputs), noise)
                rows.append({"workers": workers, "step": step, **figures})
                print(rows[-1], file=sys.stderr)
    recorded.write(arguments, "cluster_step.json", {"what": WHAT, "rows": rows})


def states(steps: tuple[int, ...]) -> Any:
    """Yields, of a single run: step, state, inputs of the next step, what it gives, and noise."""
    from legacy_cnn import randomness
    from legacy_cnn.programs.graph import GraphProgram
    from legacy_cnn.programs.program import Options
    from legacy_cnn.settings import Settings

    settings = Settings(threads=1)
    with GraphProgram(Options(threads=1)) as program:
        program.initialise(randomness.initial_weights(settings.seed))
        for step, inputs in enumerate(inputs_of(settings)):
            if step in steps:
                state = program.state()
                single = one_step(program, state, inputs)
                yield step, state, inputs, single, noise_of(program, state, inputs, single)
                program.load(state)
            program.step(*inputs)
            if step == max(steps):
                return


def one_step(program: "GraphProgram", state: State, inputs: "Inputs") -> State:
    """Loss, gradients, and the state after a step."""
    program.load(state)
    given = gradients_and_loss(program, inputs)
    program.step(*inputs)
    return {**given, **{f"after {name}": value for name, value in program.state().items()}}


def gradients_and_loss(program: "GraphProgram", inputs: "Inputs") -> State:
    """What the graph computes before Adam's step."""
    from legacy_cnn.cluster.replica import gradients_of

    with program.view(len(inputs.images)) as view:
        fed = dict(zip(("images", "labels", "keep_prob", "noise"), inputs, strict=True))
        tensors = {"loss": view.outputs, **gradients_of(program.graph)}
        fetched: State = view.fetch((fed,), fetches=tensors)
    return fetched


def noise_of(program: "GraphProgram", state: State, inputs: "Inputs", single: State) -> State:
    """The largest norm of what other orders of the batch's rows change in each tensor."""
    import numpy as np

    generator = np.random.default_rng(SEED)
    largest = {name: rounding(value) for name, value in single.items()}
    for _ in range(ORDERS):
        order = generator.permutation(len(inputs.images))
        images, labels, keep_prob, noise = inputs
        other = one_step(
            program, state, type(inputs)(images[order], labels[order], keep_prob, noise[order])
        )
        for name in largest:
            largest[name] = max(largest[name], norm(other[name] - single[name]))
    return largest


class Replicas:
    """A parameter server and workers in this process."""

    def __init__(self, workers: int) -> None:
        from legacy_cnn.cluster import connection, synchronous
        from legacy_cnn.programs.program import Options

        ps, others = places(workers)
        connection.start(ps, 1)
        options = Options(threads=1)
        targets = [connection.start(place, 1) for place in others]
        self._all: list[Synchronous] = [
            synchronous.Synchronous(options, place, target, generation=SEED)
            for place, target in zip(others, targets, strict=True)
        ]

    def __enter__(self) -> "Replicas":
        return self

    def __exit__(self, *exception: object) -> None:
        for replica in self._all:
            replica.close()

    def step(self, step: int, state: State, inputs: "Inputs") -> State:
        """Takes a step; returns what `one_step` does."""
        chief = self._all[0]
        chief.load(state)
        chief.begin(step, lambda done: done + 1, lambda: False)
        token = chief.next_token()
        for replica in self._all:
            replica.contribute(token, inputs)
        assert chief.news().labels == [token] * len(self._all)
        gradients, loss, _ = chief.gathered(len(inputs.images))
        given = dict(zip(chief.gradients, gradients, strict=True))
        chief.apply(gradients)
        after = {f"after {name}": value for name, value in chief.state().items()}
        return {"loss": loss, **given, **after}


def compared(single: State, cluster: State, noise: State) -> dict[str, float]:
    """The largest multiple of the noise, for each kind of tensor."""
    figures = dict.fromkeys(("loss", "gradients", "slots", "weights"), 0.0)
    assert single.keys() == cluster.keys()
    for name, value in single.items():
        times = norm(cluster[name] - value) / noise[name] if noise[name] else 0.0
        figures[kind(name)] = max(figures[kind(name)], float(f"{times:.3g}"))
    return figures


def kind(name: str) -> str:
    if name == "loss":
        return name
    if not name.startswith("after "):
        return "gradients"
    return "slots" if "/" in name or "power" in name else "weights"


def norm(value: Any) -> float:
    import numpy as np

    return float(np.linalg.norm(np.asarray(value, np.float64)))


def rounding(value: Any) -> float:
    """What rounding each element once changes at most, by norm."""
    import numpy as np

    return norm(value) * float(np.finfo(np.float32).eps) / 2
