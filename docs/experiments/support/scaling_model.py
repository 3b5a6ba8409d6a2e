"""What a step costs on a cluster of one parameter server, as a function of the number of machines.

All times are seconds, all sizes bytes, all rates bytes a second. `costs_of` reads every constant
from what `python docs/experiments scaling` has measured. Parts of a step that wait for one another
add up; nothing is taken to overlap.
"""

import math
import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

#: Networks by their names: bytes a second in each direction, all of them for the weights.
NETWORKS = {"1 Gb/s": 1e9 / 8, "10 Gb/s": 1e10 / 8, "100 Gb/s": 1e11 / 8}

#: Machines of the predictions, and the most that are looked at.
MACHINES, MOST = (8, 16, 32, 64), 256


class Line(NamedTuple):
    """fixed + each * n."""

    fixed: float
    each: float

    def at(self, number: float) -> float:
        return self.fixed + self.each * number

    @classmethod
    def through(cls, points: Mapping[int, float]) -> "Line":
        """The line of least squares, without a negative part."""
        found = statistics.linear_regression([*points], [*points.values()])
        if found.intercept >= 0:
            return cls(found.intercept, found.slope)
        return cls(0.0, statistics.linear_regression([*points], [*points.values()],
                                                     proportional=True).slope)  # fmt: skip


class Transfer(NamedTuple):
    """All weights, or all gradients, sent over loopback: what copying costs."""

    seconds: float  #: of one transfer
    cpu: float  #: seconds of all processors, on both sides
    ps_cpu: float  #: of it, at the parameter server


class Costs(NamedTuple):
    """The constants of the model."""

    size: int  #: of all weights, and of all gradients, in bytes
    batch: int  #: rows of the tutorial's batch
    cores: int  #: of one machine
    interval: float  #: between two looks at the board
    gradient: Line  #: of n rows, in a worker that has all cores
    gradient_thread: Line  #: of n rows, in a worker with one thread
    gradient_cpu: Line  #: processor time of the latter
    adam: float  #: in a process that has all cores and the weights
    single: float  #: a step of one process that has all cores, of a batch, without making it
    single_thread: float  #: the same with one thread
    prepare: Line  #: to make a batch of n rows and its noise
    message: float  #: a run that carries nothing between two processes
    pull: Transfer  #: weights, from the parameter server to a worker
    push: Transfer  #: gradients, the other way
    look: float  #: of one reading of the board
    look_cpu: float  #: processor time of it, on both sides
    look_ps_cpu: float  #: of it, at the parameter server
    publish: float  #: of a new token
    average: Line  #: of the gradients of n workers, at the parameter server
    fetch: float  #: the mean gradients, to the chief
    apply: float  #: the mean gradients, from the chief, and Adam's step of them


def costs_of(record: Mapping[str, Any]) -> Costs:
    """The constants, from what was measured: medians over the rounds.

    Args:
      record: as scaling.json has it.
    """

    def of(part: str, field: str = "median") -> dict[int, float]:
        return {one["of"]: one[field] for one in record["parts"] if one["part"] == part}

    def only(part: str, field: str = "median") -> float:
        return statistics.median(of(part, field).values())

    def transfer(part: str) -> Transfer:
        return Transfer(only(part), only(part, "cpu") + only(part, "ps_cpu"), only(part, "ps_cpu"))

    batch, average, gather = record["batch"], of("average"), of("gather")
    return Costs(
        size=sum(record["bytes"].values()),
        batch=batch,
        cores=record["machine"]["cores"],
        interval=record["interval"],
        gradient=Line.through(of("gradient")),
        gradient_thread=Line.through(of("gradient, 1 thread")),
        gradient_cpu=Line.through(of("gradient, 1 thread", "cpu")),
        adam=max(0.0, only("step") - of("gradient")[batch]),
        single=only("train"),
        single_thread=only("train, 1 thread"),
        prepare=Line.through(of("batch")),
        message=only("message"),
        pull=transfer("pull"),
        push=transfer("push"),
        look=only("look"),
        look_cpu=only("look", "cpu") + only("look", "ps_cpu"),
        look_ps_cpu=only("look", "ps_cpu"),
        publish=only("publish"),
        average=Line.through(average),
        fetch=max(0.0, statistics.median(gather[number] - average[number] for number in gather)),
        apply=only("apply"),
    )


def here(costs: Costs, workers: int) -> float:
    """A step of the tutorial's batch whose processes, of one thread each, share one machine.

    What the workers do at once takes as long as the longest of it, or as all of its processor time
    divided by the cores.
    """
    rows = math.ceil(costs.batch / workers)
    alone = costs.gradient_thread.at(rows) + costs.pull.seconds + costs.push.seconds
    cpu = workers * (costs.gradient_cpu.at(rows) + costs.pull.cpu + costs.push.cpu)
    if workers > 1:  # the others make the batch, too
        alone += costs.prepare.at(costs.batch)
        cpu += (workers - 1) * costs.prepare.at(costs.batch)
    at_once = max(alone, cpu / costs.cores)
    tail = costs.average.at(workers) + costs.fetch + costs.apply
    tail *= slowed(costs, workers, costs.look_cpu)
    around = costs.prepare.at(costs.batch) + costs.publish + _notice(costs, workers)
    return around + at_once + tail


def slowed(costs: Costs, workers: int, cpu: float) -> float:
    """How many times as long one core's work takes while all workers but the chief wait.

    They ask what the board says, and share the cores with the work. Where these do not suffice, a
    question takes longer as well, so they ask less often.

    Args:
      costs: as measured.
      workers: of the cluster.
      cpu: processor time of a look, of the machine that works.
    """

    def missing(times: float) -> float:
        cycle = costs.interval + costs.look + (times - 1) * cpu
        return (1 + (workers - 1) * cpu / cycle) / costs.cores - times

    if missing(1.0) <= 0:
        return 1.0
    low, high = 1.0, float(workers)
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if missing(middle) > 0 else (low, middle)
    return low


def _notice(costs: Costs, workers: int) -> float:
    """Until the last of the others has seen the token, and the chief the last of the labels.

    A worker looks every `interval` and the time of a look; of k moments in it, the last is on
    average at k / (k + 1).
    """
    cycle, others = costs.interval + costs.look, workers - 1
    if not others:
        return costs.look
    return cycle * others / (others + 1) + cycle / 2 + 2 * costs.look


def parts(
    costs: Costs,
    workers: int,
    rows: int,
    rate: float,
    share: float = 1.0,
    faster: float = 1.0,
) -> dict[str, float]:
    """The parts of a step on a cluster, by their names; the step is their sum.

    Args:
      costs: as measured.
      workers: machines that compute gradients; the parameter server is one more.
      rows: of each worker.
      rate: of the network, bytes a second in each direction; infinity is loopback.
      share: of the weights that the busiest parameter server has.
      faster: how many times as fast a machine computes gradients.
    """
    wire = costs.size / rate
    prepared = costs.prepare.at(workers * rows) * (1 if workers == 1 else 2)
    times = slowed(costs, workers, costs.look_ps_cpu)
    return {
        "batch and noise": prepared,
        "weights to the workers": _shared(costs, costs.pull, workers, rate, share),
        "gradients": costs.gradient.at(rows) / faster,
        "gradients to the server": _shared(costs, costs.push, workers, rate, share),
        "averaging": costs.average.at(workers) * share * times,
        "mean to the chief and back, Adam": (costs.fetch + costs.apply) * times + 2 * wire * share,
        "messages and waiting": costs.publish + _notice(costs, workers),
    }


def _shared(costs: Costs, one: Transfer, workers: int, rate: float, share: float) -> float:
    """A transfer between the busiest server and all workers at once.

    Its network card carries all of them, and its cores copy all of them.
    """
    copying = max(one.seconds, workers * share * one.ps_cpu / costs.cores)
    return copying + workers * share * costs.size / rate


def step(costs: Costs, workers: int, rows: int, rate: float, **more: float) -> float:
    """A step on a cluster; see `parts`."""
    return sum(parts(costs, workers, rows, rate, **more).values())


def ring(costs: Costs, workers: int, rows: int, rate: float, faster: float = 1.0) -> float:
    """A step of workers without a server, which add up their gradients in a ring.

    Each sends 2 (W - 1) messages of a W-th of the gradients (Patarasuk and Yuan, Bandwidth optimal
    all-reduce algorithms, 2009), and takes Adam's step itself. A message costs what it costs here.
    """
    messages = 2 * (workers - 1)
    copying = max(0.0, costs.pull.seconds - costs.message)
    one = costs.message + (copying + costs.size / rate) / workers
    computing = costs.gradient.at(rows) / faster + costs.adam
    return costs.prepare.at(rows) + computing + messages * one


def single(costs: Costs, faster: float = 1.0) -> float:
    """A step of one machine without a cluster, of the tutorial's batch."""
    gradient = max(0.0, costs.single - costs.adam)
    return costs.prepare.at(costs.batch) + gradient / faster + costs.adam


def divided(costs: Costs, workers: int) -> int:
    """Rows of each worker if all share the tutorial's batch."""
    return math.ceil(costs.batch / workers)


def speed_up(costs: Costs, seconds: float, rows: int, faster: float = 1.0) -> float:
    """How many times as many images a second as one machine.

    Args:
      costs: as measured.
      seconds: of a step.
      rows: of all workers in it.
      faster: as `parts` has it.
    """
    alone = single(costs, faster) / costs.batch
    return alone * rows / seconds


def best(speeds: Sequence[float]) -> int:
    """The number of machines with the largest speed-up.

    Args:
      speeds: speed-ups of 1, 2, 3, ... machines.
    """
    return 1 + max(range(len(speeds)), key=speeds.__getitem__)


def half(speeds: Sequence[float]) -> int:
    """The most machines of which each does half of what it does alone, or more; 0 is none.

    Args:
      speeds: speed-ups of 1, 2, 3, ... machines.
    """
    return max((n for n, speed in enumerate(speeds, 1) if speed >= n / 2), default=0)


def speeds_divided(costs: Costs, rate: float, faster: float = 1.0) -> list[float]:
    """Speed-ups of 1, 2, ... machines that share the tutorial's batch, each with a row or more."""

    def at(workers: int) -> float:
        seconds = step(costs, workers, divided(costs, workers), rate, faster=faster)
        return speed_up(costs, seconds, costs.batch, faster)

    return [at(number) for number in range(1, costs.batch + 1)]


def speeds_each(
    costs: Costs, rate: float, faster: float = 1.0, of: Callable[..., float] = step
) -> list[float]:
    """Speed-ups of 1 to `MOST` machines with a batch each; `of` is `step` or `ring`."""

    def at(workers: int) -> float:
        seconds = of(costs, workers, costs.batch, rate, faster=faster)
        return speed_up(costs, seconds, workers * costs.batch, faster)

    return [at(number) for number in range(1, MOST + 1)]
