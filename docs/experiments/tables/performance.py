"""The tables of docs/performance.md, from what was measured."""

from collections.abc import Mapping, Sequence
from typing import Any

from experiments.support.markdown import markdown
from experiments.support.recorded import RESULTS, read
from legacy_cnn.bench.contenders import BASELINE, KERNELS
from legacy_cnn.bench.contenders.sets import TEST_IMAGES
from legacy_cnn.bench.growth import SHORT
from legacy_cnn.processes.ratios import ratio_quartiles
from legacy_cnn.results import Benchmark
from legacy_cnn.results import read as read_result
from legacy_cnn.results.benchmark import Growth, Timing
from legacy_cnn.show import benchmark, numbers

#: Pairs whose ratio has a row: the faster contender, and the slower one.
PAIRS = (
    *(
        (BASELINE, slower)
        for slower in (
            *("keras-onednn", "keras", "listing-onednn", "listing"),
            *("pytorch", "pytorch-last", "pytorch-compiled", "jax", "keras-jax"),
        )
    ),
    *(("optimised", slower) for slower in ("keras", "pytorch", "pytorch-last", "keras-jax")),
    (KERNELS, BASELINE),
    *((KERNELS, slower) for slower in ("keras", "keras-jax")),
)

#: Numbers of epochs whose peak memory has a column.
EPOCHS = (1, 2, 5, 10, 20, 30, 40, 50)


def recorded(name: str) -> Benchmark:
    """A recorded benchmark."""
    return read_result(RESULTS / f"{name}.json", Benchmark)


def _growth() -> Growth:
    growth = recorded("growth").growth
    assert growth is not None
    return growth


def _ran_on(result: Benchmark) -> str:
    versions = ", ".join(
        f"{name} {version}" for name, version in result.versions.items() if name != "python"
    )
    default = "enables" if result.onednn_by_default else "does not enable"
    variables = " ".join(f"{name}={value}" for name, value in result.environment.items())
    environment = f", with `{variables}`" if variables else ""
    return (
        f"{result.machine['cores']} cores of an {result.machine['processor']}{environment}; "
        f"{versions}, Python {result.versions['python']}. {result.settings['rounds']} rounds of "
        f"{result.settings['steps']} steps. By default, TensorFlow {default} oneDNN on this "
        "machine."
    )


def machine() -> str:
    return _ran_on(recorded("bench"))


def older() -> str:
    return _ran_on(recorded("bench_older")) + "\n\n" + _training(recorded("bench_older"))


def training() -> str:
    return _training(recorded("bench"))


def _training(result: Benchmark) -> str:
    header = ("Contender", "Median (ms)", "Minimum (ms)", "Images/s", "Ratio", "Quartiles",
              "Peak memory (MB)", "Start to first step (s)")  # fmt: skip
    rows = [
        (
            *benchmark.contender_row(result.contender_title(name), timing),
            numbers.tenths(timing.first_step),
        )
        for name, timing in (result.training or {}).items()
    ]
    return markdown(header, rows)


def evaluation() -> str:
    header = ("Contender", "Median (ms)", "Minimum (ms)", "Images/s", "Ratio", "Quartiles",
              "Peak memory (MB)")  # fmt: skip
    result = recorded("bench")
    rows = [
        benchmark.contender_row(result.contender_title(name), timing)
        for name, timing in (result.evaluation or {}).items()
    ]
    return markdown(header, rows)


def ratios() -> str:
    """The ratios of the contenders' times to ours, on this machine and on an older one."""
    results = [recorded("bench"), recorded("bench_older")]
    titles = results[0].titles.contenders
    steps = [result.training or {} for result in results]
    evaluations = [result.evaluation or {} for result in results]
    rows = [_ratio_row(titles, steps, faster, slower) for faster, slower in PAIRS]
    for slower in ("pytorch", "pytorch-last"):
        title, *rest = _ratio_row(titles, evaluations, BASELINE, slower)
        rows.append([f"evaluation: {title}", *rest])
    return markdown(("Ratio of times", "This machine", "Older machine"), rows)


def _ratio_row(
    titles: Mapping[str, str], machines: Sequence[Mapping[str, Timing]], faster: str, slower: str
) -> list[str]:
    """A row: two contenders, and the ratio of their times on each machine."""
    shown = [_ratio(timings, faster, slower) for timings in machines]
    return [f"{titles[slower]} / {titles[faster]}", *shown]


def _ratio(timings: Mapping[str, Timing], faster: str, slower: str) -> str:
    """The ratio of two contenders' times, with its quartiles; "" where one was not measured."""
    if slower not in timings:
        return ""
    low, median, high = ratio_quartiles(timings[slower].seconds, timings[faster].seconds)
    return f"{median:.2f} ({low:.2f} to {high:.2f})"


def speed() -> str:
    """The README's sentence."""
    steps = recorded("bench").training or {}
    new, old = (
        {name: f"{timing.ratio:.1f}" for name, timing in (recorded(one).training or {}).items()}
        for one in ("bench", "bench_older")
    )
    pytorch = min(new[name] for name in new if name.startswith("pytorch"))
    return (
        f"A training step takes {1e3 * steps[BASELINE].median:.0f} ms on two cores of a CPU of "
        f"today. On stock TensorFlow, the same step takes {new['listing-onednn']} times as long "
        f"with the listing, and {new['keras-onednn']} times with Keras `fit`; on a CPU for which "
        f"stock TensorFlow does not enable oneDNN, {old['listing']} and {old['keras']} times. It "
        f"takes {pytorch} times as long with PyTorch, and {new['jax']} times with JAX."
    )


def floor() -> str:
    header = ("Resource", "In a step", "Machine's limit", "Time (ms)", "Share of a step")
    return markdown(header, benchmark.bound_rows(recorded("bench").bounds))


def operations() -> str:
    floor = recorded("bench").floor
    rows = benchmark.operation_rows(floor.operations if floor else {})
    return markdown(("Operation", "Time (ms)", "Share"), rows)


def variants() -> str:
    return _variants(read("ablations")["variants"])


def alternated() -> str:
    return _variants(read("ablations")["alternated"])


def newer_variants() -> str:
    return _variants(read("ablations_newer")["variants"])


def _variants(measured: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        (one["title"], f"{one['ratio']:.3f}", f"{one['low']:.3f} to {one['high']:.3f}", one["kept"])
        for one in measured.values()
    ]
    return markdown(("Change", "Ratio", "Quartiles", "Decision"), rows)


def loaders() -> str:
    header = ("Loader", "Load (ms)", "First batch (ms)", "Batch (ms)",
              "Batch at the end of an epoch (ms)", "Memory (MB)")  # fmt: skip
    return markdown(header, benchmark.loader_rows(recorded("bench")))


def starts() -> str:
    rows = [
        (f"`{command}`", *seconds)
        for command, *seconds in benchmark.startup_rows(recorded("bench"))
    ]
    return markdown(("Command", "Median (s)", "Minimum (s)"), rows)


def batches() -> str:
    growth = _growth()
    threads = sorted({one.threads for one in growth.batches})
    header = ["Batch size"]
    for number in threads:
        plural = "s" if number > 1 else ""
        header += [f"Step (ms), {number} thread{plural}", f"Images/s, {number} thread{plural}"]
    rows = []
    for size in dict.fromkeys(one.batch for one in growth.batches):
        by_threads = {one.threads: one for one in growth.batches if one.batch == size}
        columns = [(1e3 * by_threads[n].median, by_threads[n].rate) for n in threads]
        peak = numbers.megabytes(by_threads[threads[-1]].memory)
        rows.append([size, *(f"{cell:,.0f}" for pair in columns for cell in pair), peak])
    return markdown([*header, "Peak memory (MB)"], rows)


def sets() -> str:
    header = ("Training images", "Epoch (s)", "Outside `Session.run`", "Peak memory (MB)")
    return markdown(header, benchmark.set_rows(_growth()))


def memory() -> str:
    rows = benchmark.memory_rows(_growth(), EPOCHS)
    header, cells = zip(*rows, strict=True)
    return (
        f"The last table shows the peak memory of one run, with epochs of {SHORT:,} images:\n\n"
        + markdown(("Epochs", *header), [("Peak memory (MB)", *cells)])
    )


def listing() -> str:
    """The memory that the listing needs for its evaluation, with oneDNN and without."""
    peaks = [
        timing.memory / 1e9
        for result in (recorded("bench"), recorded("bench_older"))
        for name, timing in (result.evaluation or {}).items()
        if name in ("listing", "listing-onednn")
    ]
    return (
        f"The listing needs {min(peaks):.1f} to {max(peaks):.1f} GB of memory, because it "
        f"evaluates {TEST_IMAGES:,} images at once."
    )
