"""The tables and figures of docs/scaling.md, from the recorded JSON."""

import functools
import math
from collections.abc import Callable
from typing import Any

from experiments.support import scaling_model as model
from experiments.support.markdown import markdown
from experiments.support.recorded import read
from legacy_cnn.show import numbers

#: Network and machines of the table that takes a step apart.
_APART = ((8, "1 Gb/s"), (8, "10 Gb/s"), (8, "100 Gb/s"), (64, "10 Gb/s"))

#: How many times as fast machines may compute gradients.
_FASTER = (1, 10)

#: What is measured -> what it is in words, and of what it is a function.
_PARTS = {
    "batch": ("making a batch and its noise", "images"),
    "gradient": ("gradients, on all cores", "rows"),
    "gradient, 1 thread": ("gradients, with one thread", "rows"),
    "pull": ("weights to a worker, over loopback", ""),
    "push": ("gradients to the parameter server, over loopback", ""),
    "message": ("a run of the session that carries nothing", ""),
    "look": ("reading the board", ""),
    "publish": ("publishing a token", ""),
    "average": ("averaging at the parameter server", "workers"),
    "gather": ("the same, and the mean to the chief", "workers"),
    "apply": ("the mean back to the server, and Adam's step", ""),
    "train": ("a step of `legacy-cnn train`, on all cores", ""),
    "train, 1 thread": ("a step of `legacy-cnn train`, with one thread", ""),
}


@functools.cache
def costs() -> model.Costs:
    """The constants of the model, as recorded."""
    return model.costs_of(read("scaling"))


def answer() -> str:
    """Where it stops paying, a sentence for each network."""
    return "\n".join(_answer(name, rate) for name, rate in model.NETWORKS.items())


def _answer(name: str, rate: float) -> str:
    shared = model.speeds_divided(costs(), rate)
    each = model.speeds_each(costs(), rate)
    most, half = model.best(shared), model.half(each)
    if most == 1 or shared[most - 1] <= 1:
        first = "no number of machines that share the tutorial's batch is faster than one"
    else:
        first = (
            f"{most} machines that share the tutorial's batch are the most that pay: they are "
            f"{shared[most - 1]:.2f} times as fast as one"
        )
    if half > 1:
        second = f"{half} machines still do half of what they would do alone, or more"
    elif half:
        second = "two machines or more each do less than half of what they would do alone"
    else:
        second = "each machine does less than half of what it would do alone, whatever their number"
    last = model.MACHINES[-1]
    return (
        f"- On {name}, {first}. With a whole batch each, {second}; {last} are "
        f"{each[last - 1]:.1f} times as fast as one."
    )


def stops() -> str:
    """Where it stops paying, also with faster machines."""
    rows = [
        [f"{name}{_words(faster)}", *_stops(rate, float(faster))]
        for faster in _FASTER
        for name, rate in model.NETWORKS.items()
    ]
    header = ["Network", "The batch divided: fastest with", "Then times one machine",
              "A batch each: half of each up to", "With a ring: half of each up to"]  # fmt: skip
    return markdown(header, rows)


def _words(faster: int) -> str:
    return f", gradients {faster} times as fast" if faster > 1 else ""


def _stops(rate: float, faster: float) -> list[str]:
    shared = model.speeds_divided(costs(), rate, faster)
    most = model.best(shared)
    servers = model.half(model.speeds_each(costs(), rate, faster))
    ring = model.half(model.speeds_each(costs(), rate, faster, model.ring))
    return [f"{most}", f"{shared[most - 1]:.2f}", _up_to(servers), _up_to(ring)]


def _up_to(number: int) -> str:
    return f"more than {number:,}" if number == model.MOST else f"{number:,}"


def batch_divided() -> str:
    """Predictions of machines that share one batch."""
    return _predictions(lambda workers: model.divided(costs(), workers), divided=True)


def batch_each() -> str:
    """Predictions of machines that have a batch each."""
    return _predictions(lambda workers: costs().batch, divided=False)


def _predictions(rows_of: Callable[[int], int], divided: bool) -> str:
    rows = [
        [name, workers, rows_of(workers), *_predicted(workers, rows_of(workers), rate, divided)]
        for name, rate in model.NETWORKS.items()
        for workers in model.MACHINES
    ]
    header = ["Network", "Machines", "Rows each", "Step (ms)", "Images/s", "Times one machine",
              "Ring: step (ms)", "Ring: times one machine"]  # fmt: skip
    return markdown(header, rows)


def _predicted(workers: int, rows: int, rate: float, divided: bool) -> list[str]:
    images = costs().batch if divided else workers * rows
    server, ring = (one(costs(), workers, rows, rate) for one in (model.step, model.ring))
    return [
        numbers.milliseconds(server),
        numbers.rate(images / server),
        numbers.times(model.speed_up(costs(), server, images)),
        numbers.milliseconds(ring),
        numbers.times(model.speed_up(costs(), ring, images)),
    ]


def one_machine() -> str:
    """The step to which all is compared."""
    one, batch = model.single(costs()), costs().batch
    thread = costs().prepare.at(batch) + costs().single_thread
    return (
        f"One machine, of {costs().cores} cores, takes {numbers.milliseconds(one)} ms for a step "
        f"of {batch} images, {numbers.rate(batch / one)} images a second; with one thread, "
        f"{numbers.milliseconds(thread)} ms."
    )


def step_apart() -> str:
    """The parts of a step in which the batch is divided."""
    columns = [
        model.parts(costs(), workers, model.divided(costs(), workers), model.NETWORKS[name])
        for workers, name in _APART
    ]
    rows = [
        [part, *(numbers.milliseconds(column[part]) for column in columns)] for part in columns[0]
    ]
    rows.append(["together", *(numbers.milliseconds(sum(one.values())) for one in columns)])
    header = ["Part of a step (ms)", *(f"{workers} machines, {name}" for workers, name in _APART)]
    return markdown(header, rows)


def checked() -> str:
    """Whole steps on this machine: measured, and from the parts."""
    rows = []
    for workers, row in _of("whole").items():
        predicted = model.here(costs(), workers)
        rows.append(
            [
                workers,
                model.divided(costs(), workers),
                numbers.milliseconds(predicted),
                numbers.milliseconds(row["median"]),
                _quartiles(row),
                f"{predicted / row['median'] - 1:+.0%}",
                numbers.milliseconds(row["cpu"]),
            ]
        )
    header = ["Workers", "Rows each", "Predicted (ms)", "Measured (ms)", "Quartiles",
              "Error of the prediction", "Processor time (ms)"]  # fmt: skip
    return markdown(header, rows)


def carried() -> str:
    """Bytes of a step: counted from the graph, and seen on loopback."""
    rows = []
    whole = _of("whole")
    for one in read("scaling")["crossing"]:
        workers = one["workers"]
        out, back = (
            workers * one["contribute"][at] + one["gather"][at] + one["apply"][at] for at in (0, 1)
        )
        seen = whole[workers]["loopback"]
        row = [f"{size / 1e6:.2f}" for size in (out, back, out + back, seen)]
        rows.append([workers, *row, f"{seen / (out + back) - 1:+.1%}"])
    header = ["Workers", "Leaves the server (MB)", "Comes to it (MB)", "Together",
              "Seen on loopback", "More"]  # fmt: skip
    return markdown(header, rows)


def servers() -> str:
    """What more parameter servers hold."""
    rows = []
    for held in read("scaling")["servers"]:
        share = max(held) / sum(held)
        workers = model.MACHINES[0]
        seconds = model.step(
            costs(), workers, model.divided(costs(), workers), model.NETWORKS["1 Gb/s"], share=share
        )
        sizes = ", ".join(f"{size / 1e6:.2f}" for size in held)
        rows.append([len(held), sizes, f"{share:.1%}", numbers.milliseconds(seconds)])
    header = ["Parameter servers", "Weights on each (MB)", "The fullest has",
              f"Step of {model.MACHINES[0]} machines, 1 Gb/s (ms)"]  # fmt: skip
    return markdown(header, rows)


def largest() -> str:
    """The variable that one server has, whatever their number."""
    held = read("scaling")["bytes"]
    name = max(held, key=held.__getitem__)
    total = sum(held.values())
    return (
        f"The weights have {total / 1e6:.2f} MB. `{name}`, the dense layer, has "
        f"{held[name] / 1e6:.2f} MB of it, {held[name] / total:.1%}, and is one variable."
    )


def polling() -> str:
    """What waiting workers cost the parameter server."""
    look = costs().look
    ps_cpu = sum(row["ps_cpu"] for row in _of("look").values()) / len(_of("look"))
    share = ps_cpu / (look + costs().interval)
    most = math.floor(costs().cores / share) if share else 0
    limit = f"{most:,} waiting workers keep all of its cores busy" if most else "it is nothing"
    return (
        f"A worker that waits looks at the board every {1e3 * costs().interval:g} ms. One look "
        f"takes {numbers.fine_milliseconds(look)} ms, of which the server computes "
        f"{numbers.fine_milliseconds(ps_cpu)} ms: {limit}."
    )


def constants() -> str:
    """All that was measured of the parts."""
    rows = []
    for part, (words, of) in _PARTS.items():
        for size, row in _of(part).items():
            what = f"{words}, {size} {of if size != 1 else of.rstrip('s')}" if of else words
            if of or size in (0, 1, costs().batch):
                cpu = numbers.milliseconds(row["cpu"] + row["ps_cpu"])
                rows.append([what, numbers.milliseconds(row["median"]), _quartiles(row), cpu])
    return markdown(["Part", "Median (ms)", "Quartiles", "Processor time (ms)"], rows)


def lines() -> str:
    """The lines through the points."""
    found = {
        "gradients of n rows, on all cores": costs().gradient,
        "gradients of n rows, with one thread": costs().gradient_thread,
        "a batch of n images": costs().prepare,
        "averaging of n workers": costs().average,
    }
    rows = [
        [name, numbers.fine_milliseconds(line.fixed), f"{1e3 * line.each:.3f}"]
        for name, line in found.items()
    ]
    return markdown(["Line", "Fixed (ms)", "For each (ms)"], rows)


def measured_on() -> str:
    """The machine, and how often."""
    record = read("scaling")
    versions, machine = record["versions"], record["machine"]
    return (
        f"{machine['cores']} cores of an {machine['processor']}; TensorFlow "
        f"{versions['tensorflow']}, Python {versions['python']}. Rounds: {record['rounds']}. "
        f"Load of the machine before they began: {record['load']:.1f}."
    )


def _of(part: str) -> dict[int, dict[str, Any]]:
    """The figures of a part, by what it depends on."""
    return {row["of"]: row for row in read("scaling")["parts"] if row["part"] == part}


def _quartiles(row: dict[str, Any]) -> str:
    low, high = (numbers.milliseconds(row[end]) for end in ("low", "high"))
    return f"{low} to {high}"
