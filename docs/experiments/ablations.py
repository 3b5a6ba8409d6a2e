"""What each setting, and each rewrite of the graph, brings to a training step.

Variants of the process run in one each, and take turns (`legacy_cnn.processes.rounds`). Variants of
the graph and its session take turns step by step in one process: two processes that do the same
differ by more than some rewrites bring.
"""

import argparse
import random
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from experiments.support import apart, recorded
from legacy_cnn import provenance
from legacy_cnn.bench.contenders import BASELINE, Contender
from legacy_cnn.results import jsonvalues
from legacy_cnn.settings import BenchSettings, Settings

HELP = "measure a training step with one setting or one rewrite of the graph changed"
WRITES = ("ablations.json",)
TAKES = "a quarter of an hour on an idle machine"

#: A quick run measures these, in so few rounds and steps.
QUICK, QUICK_ROUNDS, QUICK_STEPS = (BASELINE, "noise", "two", "longer"), 1, 2

#: Rounds, for the quartiles, and steps in a round of those that take turns in one process.
ROUNDS, STEPS = 15, 12

NOT_USED, USED = "not used", "used in --graph optimised"


class Ablation(NamedTuple):
    """A variant of the training loop that is measured."""

    title: str
    decision: str = ""  #: whether the package uses it
    options: Mapping[str, Any] = {}  #: of `variants.session.Variant`
    environment: Mapping[str, str] = {}

    @property
    def in_turns(self) -> bool:
        """Whether it takes turns with others in one process."""
        return bool({"network", "between"} & set(self.options))


def _rewrite(network: str, title: str, decision: str = NOT_USED) -> Ablation:
    return Ablation(title, decision, {"network": network})


ABLATIONS = {
    BASELINE: Ablation("unchanged"),
    "again": Ablation("repeated: the error of the measurement"),
    "onednn": Ablation("oneDNN off", NOT_USED, {}, {"TF_ENABLE_ONEDNN_OPTS": "0"}),
    "ahead": Ablation("next batch prepared in a thread during a step", NOT_USED, {"ahead": True}),
    "two": Ablation("two inter-op threads", NOT_USED, {"between": 2}),
    "four": Ablation("four inter-op threads", NOT_USED, {"between": 4}),
    "noise": Ablation(
        "dropout noise drawn in the graph instead of fed", NOT_USED, {"noise": False}
    ),
    "xla": Ablation(
        "XLA, global_jit_level ON_2",
        NOT_USED,
        {"jit": True},
        {"TF_XLA_FLAGS": "--tf_xla_cpu_global_jit"},
    ),
    "grappler": Ablation("graph optimizer off", NOT_USED, {"rewriting": "disable_meta_optimizer"}),
    "remapping": Ablation(
        "fusion of operations off in the graph optimizer", NOT_USED, {"rewriting": "remapping"}
    ),
    "malloc": Ablation(
        "malloc that keeps freed memory",
        NOT_USED,
        {},
        {"MALLOC_TRIM_THRESHOLD_": "4294967296", "MALLOC_MMAP_THRESHOLD_": "4294967296"},
    ),
    "pages": Ablation(
        "malloc with huge pages", NOT_USED, {}, {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
    ),
    "pools first": _rewrite("pools first", "[a] bias and relu after the pool", USED),
    "batched": _rewrite(
        "batched", "[a], and [b] the gradient of a matrix product as a batch of one", USED
    ),
    "longer": _rewrite("longer", "[a], and [c] a matrix product with longer rows", USED),
    "optimised": _rewrite("optimised", "[a], [b] and [c]", USED),
    "transposed": _rewrite("transposed", "the gradient of [b] as the transpose of a product"),
    "flipped": _rewrite(
        "flipped", "a convolution's gradient with respect to its input as a convolution"
    ),
    "product": _rewrite(
        "product", "the second convolution's gradient with respect to its filter as one product"
    ),
    "products": _rewrite("products", "the same gradient as 25 products"),
    "images": _rewrite(
        "images", "the same gradient as a convolution whose channels are the images"
    ),
}


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    names = [name for name in ABLATIONS if name in QUICK or not arguments.quick]
    in_processes, failed = raced(names, arguments.quick)
    recorded.write(
        arguments,
        "ablations.json",
        {
            "versions": provenance.versions(),
            "machine": provenance.machine(),
            "variants": described(in_processes),
            "alternated": described(in_turns(names, arguments.quick)),
            "failed": failed,
        },
    )


def raced(names: Sequence[str], quick: bool) -> tuple[dict[str, Any], dict[str, str]]:
    """Figures of those in processes of their own; and who failed, and why."""
    from legacy_cnn.bench import timings

    sizes: dict[str, Any] = {"rounds": QUICK_ROUNDS, "steps": QUICK_STEPS} if quick else {}
    contenders = {
        name: contender(ABLATIONS[name]) for name in names if not ABLATIONS[name].in_turns
    }
    settings = BenchSettings(parts=("training",), **sizes)
    measured = timings.measure(contenders, settings, lambda text: print(text, file=sys.stderr))
    training = {name: jsonvalues.to_json(timing) for name, timing in measured.training.items()}
    return training, measured.failed


def contender(ablation: Ablation) -> Contender:
    environment = {"TF_ENABLE_ONEDNN_OPTS": "1", **apart.importable(), **ablation.environment}
    path = "experiments.variants.session:Variant"
    return Contender(ablation.title, path, dict(ablation.options), environment, evaluates=False)


def in_turns(names: Sequence[str], quick: bool) -> dict[str, Any]:
    """Figures of those that take turns in one process."""
    from legacy_cnn.processes.ratios import timing

    chosen = [name for name in names if name in (BASELINE, "again") or ABLATIONS[name].in_turns]
    rounds, steps = (QUICK_ROUNDS, QUICK_STEPS) if quick else (ROUNDS, STEPS)
    print(f"in turns: {', '.join(chosen)}", file=sys.stderr)
    seconds = apart.call(seconds_of_steps, names=chosen, steps=(1 + rounds) * steps)
    measured = {
        # The first round is to warm up.
        name: [own[at : at + steps] for at in range(steps, len(own), steps)]
        for name, own in seconds.items()
    }
    images = Settings().batch_size
    return {name: timing(own, measured[BASELINE], images) for name, own in measured.items()}


def seconds_of_steps(names: list[str], steps: int) -> dict[str, list[float]]:
    """The seconds of each step of each variant, all on the same batches, in random turns."""
    from experiments.variants.session import Variant

    programs = {name: Variant(**ABLATIONS[name].options) for name in names}
    shuffled, fed = random.Random(0), programs[BASELINE].fed()
    seconds: dict[str, list[float]] = {name: [] for name in names}
    for _ in range(steps):
        batch = next(fed)
        for name in shuffled.sample(names, len(names)):
            started = time.perf_counter()
            programs[name].step(batch)
            seconds[name].append(time.perf_counter() - started)
    return seconds


def described(figures: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """The figures with titles and decisions, without the seconds of each step."""
    return {
        name: {
            "title": ABLATIONS[name].title,
            "kept": ABLATIONS[name].decision,
            **{key: value for key, value in own.items() if key != "seconds"},
        }
        for name, own in figures.items()
    }
