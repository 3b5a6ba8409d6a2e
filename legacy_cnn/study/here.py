"""The trainings of a study as processes of this machine."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from legacy_cnn.settings import StudySettings
from legacy_cnn.study.trainings import Training


class Here:
    """The embedded engine: `settings.jobs` threads, each of which waits for one process."""

    def __init__(self, settings: StudySettings) -> None:
        """Starts nothing yet.

        Args:
          settings: the settings of the study.
        """
        self._settings, self._stopping = settings, threading.Event()
        self._executor = ThreadPoolExecutor(settings.jobs)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stopping.set()
        self._executor.shutdown(cancel_futures=True)

    def submit(self, training: Training) -> Future[None]:
        """Has the training run in this study's directory."""
        return self._executor.submit(training.train, self._settings, self._stopping.wait)

    def keep(self, training: Training, future: Future[None]) -> None:
        """Raises what the training has raised; all else is in its directory."""
        future.result()
