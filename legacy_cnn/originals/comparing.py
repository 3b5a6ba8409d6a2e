"""Compares the listing on old releases with the tutorial's graph here, step by step."""

import contextlib
import itertools
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any, Self

import numpy as np

from legacy_cnn import feeding, mnist, provenance, randomness
from legacy_cnn.errors import BenchError, OriginalsError, described
from legacy_cnn.originals import environments, listing
from legacy_cnn.originals.agreement import BOUND, Worst
from legacy_cnn.originals.environments import Environment
from legacy_cnn.originals.steps_here import Computed, Tutorial, fed, names_of_step
from legacy_cnn.processes.worker import Worker
from legacy_cnn.programs.session import State
from legacy_cnn.results import OriginalsComparison, jsonvalues
from legacy_cnn.results.originals import ReleaseAgreement
from legacy_cnn.settings import OriginalsSettings

#: Today's TensorFlow sets it in this process when it is imported, and 1.15 would obey it.
_ENVIRONMENT = {"TF2_BEHAVIOR": "0"}

#: What runs there.
SCRIPT = Path(__file__).with_name("steps_there.py")


def compare(
    names: Sequence[str] = (),
    *,
    watch: Callable[[str], object] | None = None,
    **settings: Any,
) -> OriginalsComparison:
    """Takes the same steps there and here, each here from the state that it was taken from there.

    Args:
      names: releases that are set up, "1.15.5" or "1.15"; none are all that are set up.
      watch: called with a text about the progress.
      **settings: fields of `OriginalsSettings`.

    Raises:
      UsageError: there is no such release, or a setting is out of range.
      OriginalsError: a release is not set up, or none is.
      DataError: the data directory.
    """
    chosen, watch = OriginalsSettings(**settings), watch or (lambda text: None)
    chosen_environments = _environments(names)
    images, labels = feeding.training_set(mnist.load_present(chosen.data_dir), chosen)
    batches = feeding.batches(images, labels, chosen)
    with tempfile.TemporaryDirectory() as exchange, Tutorial() as here, _Releases() as releases:
        state = here.first_state(randomness.initial_weights(chosen.seed))
        watch("starting the old releases")
        releases.start(chosen_environments, Path(exchange), here.variables, state)
        for number, batch in enumerate(itertools.islice(batches, chosen.steps), 1):
            watch(f"step {number} of {chosen.steps}")
            _take_step(here, releases, number, fed(batch), chosen.seed)
        return OriginalsComparison(
            settings=jsonvalues.to_json(chosen),
            versions=provenance.versions(),
            machine=provenance.machine(),
            releases={
                release.environment.version: release.result() for release in releases.running
            },
            failed=releases.failed,
        )


def _environments(names: Sequence[str]) -> list[Environment]:
    chosen = [environments.find(name) for name in names] or environments.installed()
    if not chosen:
        raise OriginalsError(
            f"No release is set up in {environments.directory()}: run "
            "legacy-cnn originals setup 1.15.5, or name another release."
        )
    return list(dict.fromkeys(chosen))


def _take_step(
    here: Tutorial, releases: "_Releases", number: int, feed: Computed, seed: int
) -> None:
    """Takes a step there and here, in turns, and compares what was computed.

    The states of all releases are equal but for rounding, so the noise is measured once.
    """
    noise: Computed | None = None
    for release in list(releases.running):
        with releases.left_out_on_failure(release):
            before = release.state
            there = release.step(feed)
            taken = here.step(before, feed)
            if noise is None:
                noise = here.noise(before, feed, taken.computed, seed + number)
            release.seconds_here.append(taken.seconds)
            release.worst.add(number, there, taken.computed, noise)


class _Release:
    """The listing's graph in an old release, in a process of its own; a context manager."""

    def __init__(self, environment: Environment, exchange: Path) -> None:
        self.environment, self.worst = environment, Worst()
        self.seconds_there: list[float] = []
        self.seconds_here: list[float] = []
        self.state: State = {}
        self._exchange = exchange / environment.version
        self._exchange.mkdir()
        script = self._exchange / "listing.py"
        script.write_text(listing.source(environment.version))
        environment.check()
        self._worker = Worker(
            f"TensorFlow {environment.version}",
            str(SCRIPT),
            [str(script)],
            _ENVIRONMENT,
            interpreter=[str(environment.python)],
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: Any) -> None:
        self._worker.__exit__(*exception)

    def begin(self, variables: list[str], state: State) -> None:
        """Waits for the graph, and gives its variables their first values."""
        reply = self._worker.reply()
        self.versions: dict[str, str] = reply["versions"]
        if reply["variables"] != variables:
            raise OriginalsError(f"its variables are {', '.join(reply['variables'])}.")
        self._write("state", state)
        self._worker.ask(load=[self._path("state")])
        self.state = state

    def step(self, feed: Computed) -> Computed:
        """Takes a step from where the last one ended."""
        self._write("batch", feed)
        reply = self._worker.ask(step=[self._path("batch"), self._path("result")])
        self.seconds_there.append(reply["seconds"])
        computed = self._read("result")
        self.state = {name: computed[f"variables/{name}"] for name in self.state}
        return computed

    def result(self) -> ReleaseAgreement:
        return ReleaseAgreement(
            versions=self.versions,
            parts=self.worst.parts(),
            seconds_there=median(self.seconds_there),
            seconds_here=median(self.seconds_here),
            bound=BOUND,
        )

    def _path(self, name: str) -> str:
        return str(self._exchange / f"{name}.npz")

    def _read(self, name: str) -> Computed:
        try:
            # NumPy leaves a file open that it opens, but cannot read.
            with open(self._path(name), "rb") as file, np.load(file) as arrays:
                computed = dict(arrays)
        except (OSError, ValueError, zipfile.BadZipFile) as error:
            raise OriginalsError(f"what it computed cannot be read: {described(error)}.") from error
        missing = names_of_step(self.state) - computed.keys()
        if missing:
            raise OriginalsError(f"it did not hand over {', '.join(sorted(missing))}.")
        return computed

    def _write(self, name: str, arrays: dict[str, Any]) -> None:
        np.savez(self._path(name), **arrays)


class _Releases:
    """The releases that take part, and those that failed; a context manager."""

    def __init__(self) -> None:
        self.running: list[_Release] = []
        self.failed: dict[str, str] = {}
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: Any) -> None:
        self._stack.__exit__(*exception)

    def start(
        self, chosen: list[Environment], exchange: Path, variables: list[str], state: State
    ) -> None:
        """Starts the processes, which import TensorFlow at the same time."""
        for environment in chosen:
            try:
                release = _Release(environment, exchange)
            except (OriginalsError, OSError) as error:
                self.failed[environment.version] = str(error)
            else:
                self.running.append(self._stack.enter_context(release))
        for release in list(self.running):
            with self.left_out_on_failure(release):
                release.begin(variables, state)

    @contextlib.contextmanager
    def left_out_on_failure(self, release: _Release) -> Iterator[None]:
        """Goes on without a release that fails in the block."""
        try:
            yield
        except (BenchError, OriginalsError) as error:
            self.failed[release.environment.version] = str(error)
            self.running.remove(release)
