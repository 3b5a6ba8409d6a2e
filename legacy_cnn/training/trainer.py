"""Takes the tutorial's steps, from the beginning or from a checkpoint."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import numpy as np

from legacy_cnn import feeding
from legacy_cnn.errors import LegacyCnnError, RunError, UsageError
from legacy_cnn.feeding import Sets
from legacy_cnn.programs.program import Program, Step, StepGivenUp
from legacy_cnn.randomness import Noise
from legacy_cnn.results.training import Epoch, Seconds, Status, TrainingResult
from legacy_cnn.rundir import RunDirectory
from legacy_cnn.settings import Settings
from legacy_cnn.training import record
from legacy_cnn.training.checkpoints import Checkpoints
from legacy_cnn.training.clock import Clock
from legacy_cnn.training.display import Display
from legacy_cnn.training.draws import draws_of
from legacy_cnn.training.events import Events
from legacy_cnn.training.progress import Progress, StepDone


class Interrupted(LegacyCnnError):
    """The run was asked to stop; its state is saved in `run_dir`."""

    def __init__(self, text: str, run_dir: Path) -> None:
        super().__init__(text)
        self.run_dir = run_dir


class Trainer:
    """Trains a program in a run directory: steps, records, checkpoints."""

    def __init__(
        self,
        settings: Settings,
        sets: Sets,
        run: RunDirectory,
        program: Program,
        warn: Callable[[str], object] | None,
    ) -> None:
        self._settings, self._sets, self._run, self._program = settings, sets, run, program
        self._warn = warn
        self._draws = draws_of(settings)
        self._checkpoints = Checkpoints(run.checkpoints, warn)
        self._progress = Progress()
        self._restore_or_initialise()

    def _next_pause(self, step: int) -> int:
        """From a number of steps to that after which the state is saved next."""
        every = (self._sets.steps, self._settings.checkpoint_every)
        return min((step // steps + 1) * steps for steps in every if steps)

    def _restore_or_initialise(self) -> None:
        saved = self._checkpoints.restore(self._program)
        if saved is None:
            self._program.initialise(self._draws.initial_weights())
            return
        self._progress = Progress.from_json(saved)
        if not self._progress.fits(self._sets.steps):
            raise RunError(
                f"The newest checkpoint in {self._run.checkpoints} says step {saved['step']} and "
                f"{len(saved['epochs'])} epochs of {self._sets.steps} steps, which do not fit."
            )
        begun, epochs = -(-self._progress.step // self._sets.steps), self._settings.epochs
        if begun > epochs:  # weights of an epoch, beside the accuracy of the one before it
            raise UsageError(
                f"epochs must be at least {begun}, not {epochs}, because {self._run.path} has "
                f"begun {begun}.",
                "epochs",
            )
        if self._warn:
            self._warn(f"Resuming after step {self._progress.step}.")

    def run(
        self, stop: Callable[[], bool], on_step: Callable[[StepDone], object]
    ) -> TrainingResult:
        """Trains until all epochs are done, and prints the tutorial's lines.

        Args:
          stop: called after each step; True saves a checkpoint and ends the run.
          on_step: called after each step.

        Raises:
          Interrupted: `stop` returned True.
        """
        progress, settings, sets = self._progress, self._settings, self._sets
        self._stop, self._on_step = stop, on_step
        self._clock = Clock(progress, self._program)
        self._program.begin(progress.step, self._next_pause, stop)
        self._batches = feeding.batches(
            sets.images, sets.labels, settings, progress.step, self._draws
        )
        display = Display(settings.epochs * sets.steps, progress.step, settings.batch_size)
        events = Events(self._run.events, self._program.graph, progress.step)
        with display, events:
            for epoch in progress.epochs:
                display.line(self._line(epoch))
            while len(progress.epochs) < settings.epochs:
                self._train_epoch(display, events)
                display.line(self._line(progress.epochs[-1]))
        result = self._write_results("complete")
        print("Accuracy:", result.accuracy, flush=True)
        return result

    def _train_epoch(self, display: Display, events: Events) -> None:
        """Takes the remaining steps of an epoch, and records it."""
        progress = self._progress
        number = len(progress.epochs)
        while progress.step < (number + 1) * self._sets.steps:
            try:
                step = self._train_step()
            except StepGivenUp:
                self._interrupt()
            mean = progress.epoch_loss / (progress.step - number * self._sets.steps)
            display.update(progress.step, number, mean)
            events.scalars(progress.step, loss=step.loss)
            self._on_step(StepDone(progress.step, number, *step))
            self._save_if_due()
        accuracies = {"train_accuracy": self._train_accuracy(), **self._test_accuracies()}
        self._clock.tick()
        seconds = round(progress.epoch_seconds, 3)
        epoch = Epoch(number, progress.epoch_loss, **accuracies, seconds=seconds)
        progress.epochs += (epoch,)
        progress.epoch_loss, progress.epoch_correct, progress.epoch_seconds = 0.0, 0, 0.0
        events.scalars(progress.step, **accuracies)
        self._save("running")

    def _train_step(self) -> Step:
        progress = self._progress
        images, labels, noise = next(self._batches)
        step = self._program.step(images, labels, self._settings.keep_prob, noise)
        progress.step += 1
        progress.epoch_loss += step.loss
        progress.epoch_correct += step.correct
        if self._program.staleness is not None:
            progress.count_staleness(self._program.staleness)
        return step

    def _save_if_due(self) -> None:
        progress, every = self._progress, self._settings.checkpoint_every
        if self._stop():
            self._interrupt()
        if every and progress.step % every == 0:
            self._save("running")

    def _interrupt(self) -> NoReturn:
        self._save("interrupted")
        raise Interrupted(
            f"Stopped after step {self._progress.step}; the state of the run is saved.",
            self._run.path,
        )

    def _save(self, status: Status) -> None:
        self._clock.tick()
        self._checkpoints.save(self._program, self._progress.to_json())
        self._write_results(status)

    def _train_accuracy(self) -> float:
        """The accuracy on the epoch's images: in training, with dropout on, before each update."""
        return self._progress.epoch_correct / (self._sets.steps * self._settings.batch_size)

    def _test_accuracies(self) -> dict[str, float]:
        """The accuracies on the test set, with dropout off, and on as in the listing."""
        noise = functools.partial(self._draws.evaluation_noise, self._progress.step)
        keep_prob = self._settings.keep_prob
        off = self._test_accuracy(1.0, None)
        on = off if keep_prob == 1 else self._test_accuracy(keep_prob, noise)
        return {"test_accuracy": off, "test_accuracy_dropout_on": on}

    def _test_accuracy(self, keep_prob: float, noise: Callable[[int, int], Noise] | None) -> float:
        logits = self._program.logits(self._sets.test_images, keep_prob, noise)
        return float(np.mean(logits.argmax(1) == self._sets.test_labels))

    def _write_results(self, status: Status) -> TrainingResult:
        progress = self._progress
        measured = "test_accuracy_dropout_on" if self._settings.as_published else "test_accuracy"
        result = TrainingResult(
            status=status,
            step=progress.step,
            epochs=progress.epochs,
            accuracy=getattr(progress.epochs[-1], measured) if progress.epochs else None,
            weights_sha256=record.weights_digest(self._program.weights()),
            seconds=Seconds(round(progress.seconds, 3), round(progress.seconds_computing, 3)),
            staleness=progress.staleness,
        )
        self._run.write_results(result)
        return result

    def _line(self, epoch: Epoch) -> str:
        """The tutorial's own line."""
        return f"Epoch {epoch.epoch} completed out of {self._settings.epochs} loss: {epoch.loss}"
