"""The view of a benchmark: a table for each part that was measured."""

from collections.abc import Callable, Iterable, Mapping

from legacy_cnn.results import Benchmark
from legacy_cnn.results.benchmark import Bound, Growth, Timing
from legacy_cnn.show import numbers
from legacy_cnn.show.blocks import Block, Facts, Table, Text
from legacy_cnn.show.texts import in_words

#: Operations of a step that have a row of their own.
OPERATIONS = 10

#: Epochs of a long run whose memory is shown, besides the first and the last one.
EPOCHS = (2, 5, 10, 25)

_TIMES = ["contender", "median", "min", "img/s", "ratio", "quartiles", "MB"]

#: Resource -> what it is divided by, the unit of an amount, and that of a rate.
_UNITS = {"products": (1e9, "GFLOP", "GFLOP/s"), "memory": (1e9, "GB", "GB/s")}


def title(result: Benchmark) -> str:
    return "Benchmark"


def blocks(result: Benchmark) -> list[Block]:
    views: tuple[Callable[[Benchmark], list[Block]], ...] = (
        _training, _evaluation, _floor, _loader, _startup, _growth,
    )  # fmt: skip
    environment: dict[str, object] = {
        "versions": in_words(result.versions),
        "machine": in_words(result.machine),
        "environment": in_words(result.environment),
    }
    failed = [Text(f"Not measured: {reason}") for reason in result.failed.values()]
    return [Facts(environment), *(block for view in views for block in view(result)), *failed]


def contender_row(title: str, timing: Timing) -> list[str]:
    """A row of a contender: title, median and minimum in ms, images/s, ratio, quartiles, MB."""
    return [
        title,
        numbers.milliseconds(timing.median),
        numbers.milliseconds(timing.minimum),
        numbers.rate(timing.rate),
        numbers.times(timing.ratio),
        f"{numbers.times(timing.low)}-{numbers.times(timing.high)}",
        numbers.megabytes(timing.memory),
    ]


def bound_rows(bounds: Iterable[Bound]) -> list[list[str]]:
    """Rows: a resource, how much of it a step needs, the machine's limit, ms, share of a step."""
    return [_bound_row(bound) for bound in bounds]


def _bound_row(bound: Bound) -> list[str]:
    unit, of_amount, of_rate = _UNITS[bound.resource]
    return [
        bound.resource,
        f"{numbers.hundredths(bound.amount / unit)} {of_amount}",
        f"{numbers.rate(bound.rate / unit)} {of_rate}",
        numbers.milliseconds(bound.seconds),
        numbers.NONE if bound.share is None else numbers.percent(bound.share),
    ]


def operation_rows(seconds: Mapping[str, float]) -> list[list[str]]:
    """Rows: an operation, ms, share of their sum; from the seconds of a step, longest first."""
    operations, total = list(seconds.items()), sum(seconds.values())
    others = sum(second for _, second in operations[OPERATIONS:])
    return [
        [name, numbers.fine_milliseconds(second), _share(second, total)]
        for name, second in [*operations[:OPERATIONS], ("all others", others)]
    ]


def loader_rows(result: Benchmark) -> list[list[str]]:
    """The medians of each loader, a row each.

    Returns:
      Rows of a title, ms to load, ms of the first batch, of a later one and of one at the end of
      an epoch, and MB.
    """
    return [
        [
            result.loader_title(name),
            *map(numbers.fine_milliseconds, (median.load, median.first, median.batch, median.turn)),
            numbers.megabytes(median.memory),
        ]
        for name, median in result.loader_medians.items()
    ]


def startup_rows(result: Benchmark) -> list[list[str]]:
    """Rows: a command, and the median and the minimum of its seconds."""
    seconds = result.startup or {}
    return [
        [command, numbers.hundredths(median), numbers.hundredths(min(seconds[command]))]
        for command, median in result.startup_medians.items()
    ]


def set_rows(growth: Growth) -> list[list[str]]:
    """Rows: training images, seconds of an epoch, share outside of the session, MB."""
    return [
        [
            numbers.count(size.images),
            numbers.tenths(size.seconds),
            numbers.exact_percent(size.outside),
            numbers.megabytes(size.memory),
        ]
        for size in growth.sets
    ]


def memory_rows(growth: Growth, epochs: Iterable[int]) -> list[list[str]]:
    """Rows: a number of epochs, of those that were run, and the peak memory after it in MB."""
    return [
        [numbers.count(number), numbers.megabytes(growth.epochs[number - 1])]
        for number in epochs
        if 0 < number <= len(growth.epochs)
    ]


def _share(part: float, whole: float) -> str:
    return numbers.percent(part / whole) if whole else numbers.NONE


def _training(result: Benchmark) -> list[Block]:
    if result.training is None:
        return []
    rows = [
        [*contender_row(result.contender_title(name), timing), numbers.tenths(timing.first_step)]
        for name, timing in result.training.items()
    ]
    baseline = result.contender_title(result.baseline)
    notes = [
        "median, min: milliseconds of a step; img/s: images per second",
        f"ratio: to the time of {baseline} in the same round, and its quartiles",
        "MB: peak memory; start: seconds to the end of the first step",
        f"TensorFlow enables oneDNN by default on this machine: {_default(result)}",
    ]
    header = [*_TIMES, "start"]
    return [Table("Training step, batches of 128", header, rows, _TIMES[:1], notes)]


def _default(result: Benchmark) -> str:
    return in_words(result.onednn_by_default) or "not known"


def _evaluation(result: Benchmark) -> list[Block]:
    if result.evaluation is None:
        return []
    rows = [
        contender_row(result.contender_title(name), timing)
        for name, timing in result.evaluation.items()
    ]
    notes = [
        "the logits of all contenders agree",
        "MB: peak memory, including the training before",
    ]
    return [Table("Evaluation of 10,000 images", _TIMES, rows, _TIMES[:1], notes)]


def _floor(result: Benchmark) -> list[Block]:
    if result.floor is None:
        return []
    header = ["resource", "in a step", "machine's limit", "ms", "share of a step"]
    rows = bound_rows(result.bounds)
    operations = operation_rows(result.floor.operations)
    return [
        Table("Lower bound of a training step", header, rows, header[:1]),
        Table("Operations of a step", ["operation", "ms", "share"], operations, ["operation"]),
    ]


def _loader(result: Benchmark) -> list[Block]:
    if result.loader is None:
        return []
    header = ["loader", "load", "first batch", "batch", "end of epoch", "MB"]
    notes = [
        "load, first batch, batch, end of epoch: milliseconds",
        "end of epoch: the batch for which the images are shuffled again",
    ]
    title = "Loading MNIST, and batches of 128"
    return [Table(title, header, loader_rows(result), header[:1], notes)]


def _startup(result: Benchmark) -> list[Block]:
    if result.startup is None:
        return []
    header = ["command", "median, s", "minimum, s"]
    return [Table("Start-up time", header, startup_rows(result), header[:1])]


def _growth(result: Benchmark) -> list[Block]:
    if result.growth is None:
        return []
    batches = [
        [
            numbers.count(batch.batch),
            batch.threads,
            numbers.milliseconds(batch.median),
            numbers.rate(batch.rate),
            numbers.megabytes(batch.memory),
        ]
        for batch in result.growth.batches
    ]
    epochs = sorted({1, *EPOCHS, len(result.growth.epochs)})
    sets = ["training images", "epoch, s", "outside Session.run", "peak MB"]
    return [
        Table("Batch size", ["batch size", "threads", "step, ms", "images/s", "peak MB"], batches),
        Table("Size of the training set", sets, set_rows(result.growth)),
        Table("Long run", ["epochs", "peak MB"], memory_rows(result.growth, epochs)),
    ]
