"""The tables of docs/performance.md, from what was measured."""

from experiments.support.markdown import markdown
from experiments.support.recorded import read
from legacy_cnn.bench import table
from legacy_cnn.bench.contenders import BASELINE, CONTENDERS, KERNELS
from legacy_cnn.bench.figures import times

#: Targets for a training step: the faster contender, the slower one, and the least ratio of the
#: slower one's time to the faster one's.
TARGETS = (
    (BASELINE, "keras", 1.8),
    (BASELINE, "listing", 1.8),
    (BASELINE, "pytorch", 1.2),
    (BASELINE, "pytorch-last", 1.2),
    (BASELINE, "keras-jax", 3.2),
    ("optimised", "keras", 2.0),
    ("optimised", "pytorch", 1.3),
    ("optimised", "pytorch-last", 1.3),
    ("optimised", "keras-jax", 3.5),
)


def _ran_on(recorded):
    versions = ", ".join(
        f"{name} {version}" for name, version in recorded["versions"].items() if name != "python"
    )
    machine = recorded["machine"]
    default = "enables" if recorded["onednn_by_default"] else "does not enable"
    told = " ".join(f"{n}={v}" for n, v in recorded["environment"].items())
    told = f", with `{told}`" if told else ""
    return (
        f"{machine['cores']} cores of an {machine['processor']}{told}; {versions}, Python "
        f"{recorded['versions']['python']}. {recorded['settings']['rounds']} rounds of "
        f"{recorded['settings']['steps']} steps. By default, TensorFlow {default} oneDNN on this "
        "machine."
    )


def machine():
    return _ran_on(read("bench"))


def newer():
    return _ran_on(read("bench_newer")) + "\n\n" + _training(read("bench_newer"))


def training():
    return _training(read("bench"))


def _training(recorded):
    header = ("Contender", "Median (ms)", "Minimum (ms)", "Images/s", "Ratio", "Quartiles",
              "Peak memory (MB)", "Start to first step (s)")  # fmt: skip
    rows = [
        (*table.row(name, each), f"{each['first_step']:.1f}")
        for name, each in recorded["training"].items()
    ]
    return markdown(header, rows)


def evaluation():
    header = ("Contender", "Median (ms)", "Minimum (ms)", "Images/s", "Ratio", "Quartiles")
    rows = [table.row(name, each)[:-1] for name, each in read("bench")["evaluation"].items()]
    return markdown(header, rows)


def targets():
    """The ratios of the contenders' times to ours, on this machine and on a newer one."""
    recorded = [read("bench"), read("bench_newer")]
    rows = [
        _target(f"at least {wanted:.1f}", [each["training"] for each in recorded], own, other)
        for own, other, wanted in TARGETS
    ]
    rows.append(_target("at most 1.15", [r["training"] for r in recorded], KERNELS, BASELINE))
    rows += [
        _target("the limit", [r["training"] for r in recorded], KERNELS, other)
        for other in ("keras", "keras-jax")
    ]
    evaluations = [each["evaluation"] for each in recorded]
    for other in ("pytorch", "pytorch-last"):
        title, *rest = _target("at least 1.0", evaluations, BASELINE, other)
        rows.append((f"evaluation: {title}", *rest))
    return markdown(("Ratio of times", "Target", "This machine", "Newer machine"), rows)


def _target(wanted, measured, own, other):
    found = [times(each[other]["seconds"], each[own]["seconds"]) for each in measured]
    shown = [f"{middle:.2f} ({low:.2f} to {high:.2f})" for low, middle, high in found]
    return f"{CONTENDERS[other].title} / {CONTENDERS[own].title}", wanted, *shown


def speed():
    """The README's sentence."""
    training = read("bench")["training"]
    step = 1e3 * training[BASELINE]["median"]
    times = {name: f"{each['ratio']:.1f}" for name, each in training.items()}
    return (
        f"A training step takes {step:.0f} ms on two cores of an older CPU. On the same machine, "
        f"stock TensorFlow takes {times['keras']} times (Keras `fit`) and {times['listing']} times "
        f"(the listing) as long, PyTorch {min(times['pytorch'], times['pytorch-last'])} times, and "
        f"Keras on JAX {times['keras-jax']} times."
    )


def floor():
    header = ("Resource", "In a step", "Machine's limit", "Time (ms)", "Share of a step")
    return markdown(header, table.bounds(read("floor")))


def operations():
    rows = table.shares(read("floor")["floor"]["operations"])
    return markdown(("Operation", "Time (ms)", "Share"), rows)


def variants():
    return _variants(read("ablations")["variants"])


def alternated():
    return _variants(read("ablations")["alternated"])


def newer_variants():
    return _variants(read("ablations_newer")["variants"])


def _variants(measured):
    rows = [
        (each["title"], f"{each['ratio']:.3f}", f"{each['low']:.3f} to {each['high']:.3f}",
         each["kept"])
        for each in measured.values()
    ]  # fmt: skip
    return markdown(("Change", "Ratio", "Quartiles", "Decision"), rows)


def loaders():
    header = ("Loader", "Load (ms)", "First batch (ms)", "Batch (ms)",
              "Batch at the end of an epoch (ms)", "Memory (MB)")  # fmt: skip
    return markdown(header, table.loaders(read("bench")))


def starts():
    rows = [(f"`{what}`", *seconds) for what, *seconds in table.starts(read("bench"))]
    return markdown(("Command", "Median (s)", "Minimum (s)"), rows)


def batches():
    growth = read("growth")["growth"]
    by_size: dict = {}
    for each in growth["batches"]:
        by_size.setdefault(each["batch"], {})[each["threads"]] = each
    threads = sorted({each["threads"] for each in growth["batches"]})
    header = ["Batch size"]
    for number in threads:
        plural = "s" if number > 1 else ""
        header += [f"Step (ms), {number} thread{plural}", f"Images/s, {number} thread{plural}"]
    rows = []
    for size, own in by_size.items():
        cells = [each for n in threads for each in (1e3 * own[n]["median"], own[n]["rate"])]
        peak = own[threads[-1]]["memory"] / 1e6
        rows.append([size, *(f"{each:,.0f}" for each in (*cells, peak))])
    return markdown([*header, "Peak memory (MB)"], rows)


def sets():
    rows = [
        (f"{each['images']:,}", f"{each['seconds']:.1f}", f"{each['outside']:.1%}",
         f"{each['memory'] / 1e6:,.0f}")
        for each in read("growth")["growth"]["sets"]
    ]  # fmt: skip
    header = ("Training images", "Epoch (s)", "Outside `Session.run`", "Peak memory (MB)")
    return markdown(header, rows)


def memory():
    found = read("growth")["growth"]["epochs"]
    marks = [n for n in (1, 2, 5, 10, 20, 30, 40, 50) if n <= len(found)]
    return markdown(
        ("Epochs", *marks), [("Peak memory (MB)", *(f"{found[n - 1] / 1e6:,.0f}" for n in marks))]
    )
