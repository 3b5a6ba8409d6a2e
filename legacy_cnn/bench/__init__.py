"""What the tutorial's graph costs on this machine, compared with what one might use instead."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from legacy_cnn import provenance
from legacy_cnn.bench import growth, loader, startup, timings
from legacy_cnn.bench.contenders import BASELINE, CONTENDERS, KERNELS, Contender
from legacy_cnn.bench.machine import onednn_by_default
from legacy_cnn.errors import BenchError, not_installed, unknown_name
from legacy_cnn.processes.worker import reply_of
from legacy_cnn.results import Benchmark, jsonvalues
from legacy_cnn.results.benchmark import Floor, Titles
from legacy_cnn.settings import BenchSettings

__all__ = ["run"]

#: Variables that tell a library how to compute begin with one of these.
PREFIXES = (
    "ATEN_", "DNNL_", "JAX_", "KERAS_", "KMP_", "MALLOC_", "MKL_", "OMP_", "ONEDNN_", "TF_ENABLE_",
    "TF_NUM_", "TF_SET_", "TF_XLA_", "XLA_",
)  # fmt: skip


def run(*, watch: Callable[[str], object] | None = None, **settings: Any) -> Benchmark:
    """Measures the parts that the settings ask for, in processes that take turns.

    Args:
      watch: called with a text about what is being measured.
      **settings: fields of `BenchSettings`.

    Returns:
      The benchmark. What could not be measured is in `failed`, with the reason.

    Raises:
      UsageError: a contender is unknown or not installed.
      BenchError: the baseline cannot be run.
    """
    chosen = BenchSettings(**settings)
    return _Run(chosen, _contenders(chosen), watch or (lambda text: None)).benchmark()


class _Run:
    """One benchmark: what it has measured so far."""

    def __init__(
        self,
        settings: BenchSettings,
        contenders: Mapping[str, Contender],
        watch: Callable[[str], object],
    ) -> None:
        self._settings, self._contenders, self._watch = settings, contenders, watch
        self._failed: dict[str, str] = {}
        self._parts: dict[str, Any] = {}

    def benchmark(self) -> Benchmark:
        parts = self._settings.parts
        if {"training", "evaluation", "floor"} & set(parts):
            self._measure_rounds()
        rest: dict[str, Callable[[], Any]] = {
            "floor": self._floor,
            "loader": self._loader,
            "startup": lambda: startup.measure(self._settings.rounds, self._watch),
            "growth": lambda: growth.measure(self._settings.threads, self._watch),
        }
        for part, measure in rest.items():
            if part in parts:
                # A part that fails must not lose what was measured before it.
                try:
                    self._parts[part] = measure()
                except BenchError as error:
                    self._failed[part] = str(error)
        return Benchmark(
            settings=jsonvalues.to_json(self._settings),
            versions=provenance.versions("torch", "jax", "optax", "python-mnist"),
            machine=provenance.machine(),
            environment={n: v for n, v in os.environ.items() if n.startswith(PREFIXES)},
            failed=self._failed,
            titles=self._titles(),
            baseline=BASELINE,
            ours=tuple(name for name, contender in self._contenders.items() if contender.ours),
            **self._parts,
        )

    def _titles(self) -> Titles:
        return Titles(
            contenders={name: contender.title for name, contender in self._contenders.items()},
            loaders={name: entry.title for name, entry in loader.LOADERS.items()},
        )

    def _measure_rounds(self) -> None:
        self._parts["onednn_by_default"] = onednn_by_default()
        measured = timings.measure(self._contenders, self._settings, self._watch)
        self._parts |= {
            "training": measured.training or None,
            "evaluation": measured.evaluation or None,
            "details": measured.details,
        }
        self._failed |= measured.failed

    def _floor(self) -> Floor:
        if KERNELS not in self._parts["details"]:
            raise BenchError(
                f"floor needs {CONTENDERS[KERNELS].title!r}, which could not be measured."
            )
        self._watch("the machine's limits")
        threads = str(self._settings.threads)
        # NumPy starts its threads before the process can be pinned to fewer cores.
        environment = {**CONTENDERS[BASELINE].environment, "OPENBLAS_NUM_THREADS": threads}
        limits = reply_of(
            "The measurement of the machine's limits",
            "legacy_cnn.bench.machine",
            threads,
            environment=environment,
        )
        return Floor(**limits, **self._parts["details"][KERNELS])

    def _loader(self) -> Any:
        measured, failed = loader.measure_all(
            self._settings.rounds, self._settings.threads, self._watch
        )
        self._failed |= failed
        return measured


def _contenders(settings: BenchSettings) -> dict[str, Contender]:
    """The contenders that the settings ask for, and those that are always measured."""
    names = settings.contenders
    if names is None:
        only_floor = not {"training", "evaluation"} & set(settings.parts)
        installed = tuple(name for name, contender in CONTENDERS.items() if contender.installed)
        names = () if only_floor else installed
    for name in names:
        if name not in CONTENDERS:
            raise unknown_name("contender", name, CONTENDERS)
        contender = CONTENDERS[name]
        if not contender.installed:
            raise not_installed(contender.title, contender.needs)
    always = {BASELINE, KERNELS} if "floor" in settings.parts else {BASELINE}
    return {name: CONTENDERS[name] for name in CONTENDERS if name in always | set(names)}
