"""The tutorial's loop made dependable: the same steps, and a way back to each of them."""

import dataclasses
import functools
import time

import numpy as np

from legacy_cnn import mnist, vocabulary
from legacy_cnn.errors import DataError, LegacyCnnError, RunError, UsageError
from legacy_cnn.mnist.rows import scaled
from legacy_cnn.settings import Settings
from legacy_cnn.training import feeding, models, randomness, record
from legacy_cnn.training.checkpoints import Checkpoints
from legacy_cnn.training.display import Display
from legacy_cnn.training.events import Events
from legacy_cnn.training.progress import Progress
from legacy_cnn.training.rundir import RunDirectory


class Interrupted(LegacyCnnError):
    """The run was asked to stop; its state is saved in `run_dir`."""

    def __init__(self, text, run_dir):
        super().__init__(text)
        self.run_dir = run_dir


def train(given=None, run_dir=None, resume=False, stop=lambda: False, warn=lambda text: None):
    """Trains the tutorial, and prints the tutorial's lines on stdout.

    Args:
      given: dict of `Settings` that are not to be the tutorial's (or, resuming, the run's own).
      run_dir: directory of the run; None makes runs/1, runs/2, ...
      resume: whether to go on with the run in `run_dir` from its last checkpoint.
      stop: asked after every step; True saves a checkpoint and ends the run.
      warn: called with a sentence about anything noteworthy.

    Returns:
      The content of results.json, a dict.

    Raises:
      Interrupted: `stop` said so.
      UsageError: a setting is out of range, or differs from the run's own.
      RunError: the run directory or a checkpoint cannot be used.
      DataError, OSError: the data or the disk.
    """
    given = dict(given or {})
    if resume:
        run = RunDirectory(run_dir)
        config = run.read_config()
        settings = record.settings_to_resume(config, given, run)
    else:
        settings = Settings(**given)
    files = mnist.load(settings.data_dir, settings.source_url)
    data = _Data(files, settings)
    if not resume:
        run = _new_run(run_dir)
    with run.locked():
        now = record.configuration(settings, files)
        if resume:
            record.check_same_ground(config, now, run, warn)
        else:
            run.refuse_if_used()
        warn(f"Run directory: {run.path}")
        with models.build(settings) as model:
            trainer = _Trainer(settings, data, run, model, stop, warn)
            trainer.restore_or_initialise()
            run.write_config(record.gone_on(config, now) if resume else now)
            return trainer.run()


def _new_run(run_dir):
    if run_dir is None:
        return RunDirectory.next_free()
    run = RunDirectory(run_dir)
    run.path.mkdir(parents=True, exist_ok=True)
    return run


class _Data:
    """The sets as the graph takes them."""

    def __init__(self, files, settings):
        shape = files.train_images.shape[1:], files.test_images.shape[1:]
        if shape != (vocabulary.IMAGE_SHAPE,) * 2:
            raise DataError(f"The graph takes images of 28 x 28 pixels, not {shape}.")
        images, labels = feeding.training_set(files, settings)
        if not len(files.test_images):
            raise DataError("The test set is empty.")
        self.images, self.labels = images, labels
        self.test_images = scaled(files.test_images.reshape(len(files.test_images), -1))
        self.test_labels = files.test_labels
        self.steps = len(images) // settings.batch_size  # an epoch; the tutorial drops the rest


class _Trainer:
    def __init__(self, settings, data, run, model, stop, warn):
        self._settings, self._data, self._run, self._model = settings, data, run, model
        self._stop, self._warn = stop, warn
        self._checkpoints = Checkpoints(run.checkpoints, warn)
        self._progress = Progress()

    def run(self):
        progress, settings = self._progress, self._settings
        self._clock = _Clock(progress, self._model)
        display = Display(settings.epochs * self._data.steps, progress.step, settings.batch_size)
        events = Events(self._run.events, self._model.tf_graph, progress.step)
        data = self._data
        self._fed = feeding.fed(data.images, data.labels, settings, progress.step)
        with display, events:
            for epoch in progress.epochs:
                display.line(self._line(epoch))
            while len(progress.epochs) < settings.epochs:
                self._epoch(display, events)
                display.line(self._line(progress.epochs[-1]))
        results = self._write_results("complete")
        print("Accuracy:", results["accuracy"], flush=True)
        return results

    def restore_or_initialise(self):
        saved = self._checkpoints.restore(self._model)
        if saved is None:
            scaled = self._settings.initial == "scaled"
            self._model.initialise(randomness.initial_weights(self._settings.seed, scaled))
            return
        try:
            self._progress = Progress(**saved)
        except TypeError as error:
            raise RunError(
                f"A checkpoint in {self._run.checkpoints} is of another version."
            ) from error
        done, asked = len(self._progress.epochs), self._settings.epochs
        if done > asked:
            raise UsageError(f"epochs {asked} is less than the {done} that are done.", "epochs")
        self._warn(f"Going on after step {self._progress.step}.")

    def _epoch(self, display, events):
        """Does what is left of an epoch, and records it."""
        progress = self._progress
        number = len(progress.epochs)
        while progress.step < (number + 1) * self._data.steps:
            loss = self._step()
            mean = progress.epoch_loss / (progress.step - number * self._data.steps)
            display.update(progress.step, number, mean)
            events.scalars(progress.step, loss=loss)
            self._save_if_due()
        accuracies = {
            "train_accuracy": progress.epoch_correct
            / (self._data.steps * self._settings.batch_size),
            **self._test_accuracies(),
        }
        self._clock.tick()
        progress.epochs.append(
            {
                "epoch": number,
                "loss": progress.epoch_loss,
                **accuracies,
                "seconds": round(progress.epoch_seconds, 3),
            }
        )
        progress.epoch_loss, progress.epoch_correct, progress.epoch_seconds = 0.0, 0, 0.0
        events.scalars(progress.step, **accuracies)
        self._save()

    def _step(self):
        progress, settings = self._progress, self._settings
        images, labels, noise = next(self._fed)
        loss, correct = self._model.step(images, labels, settings.keep_prob, noise)
        progress.step += 1
        progress.epoch_loss += loss
        progress.epoch_correct += correct
        return loss

    def _save_if_due(self):
        progress, every = self._progress, self._settings.checkpoint_every
        if self._stop():
            self._save("interrupted")
            raise Interrupted(f"Stopped after step {progress.step}, and saved.", self._run.path)
        if every and progress.step % every == 0:
            self._save()

    def _save(self, status="running"):
        self._clock.tick()
        self._checkpoints.save(self._model, dataclasses.asdict(self._progress))
        self._write_results(status)

    def _test_accuracies(self):
        """On the test set with the dropout off, as was meant, and on, as the tutorial had it."""
        noise = functools.partial(randomness.evaluation_noise, self._settings.seed)
        off = self._test_accuracy()
        keep_prob = self._settings.keep_prob
        on = off if keep_prob == 1 else self._test_accuracy(keep_prob, noise)
        return {"test_accuracy": off, "test_accuracy_dropout_on": on}

    def _test_accuracy(self, *dropout):
        logits = self._model.logits(self._data.test_images, *dropout)
        return float(np.mean(logits.argmax(1) == self._data.test_labels))

    def _write_results(self, status):
        epochs = self._progress.epochs
        asked = "test_accuracy_dropout_on" if self._settings.as_published else "test_accuracy"
        results = {
            "status": status,
            "step": self._progress.step,
            "epochs": epochs,
            "accuracy": epochs[-1][asked] if epochs else None,
            "weights_sha256": record.weights_digest(self._model.weights()),
            "seconds": {
                "training": round(self._progress.seconds, 3),
                "computing": round(self._progress.seconds_computing, 3),
            },
        }
        self._run.write_results(results)
        return results

    def _line(self, epoch):
        """The tutorial's own line."""
        return (
            f"Epoch {epoch['epoch']} completed out of {self._settings.epochs} loss: {epoch['loss']}"
        )


class _Clock:
    """Adds the seconds of this process to those of the run's earlier ones."""

    def __init__(self, progress, model):
        self._progress, self._model = progress, model
        self._last, self._last_computing = time.perf_counter(), model.seconds_computing

    def tick(self):
        now, computing = time.perf_counter(), self._model.seconds_computing
        self._progress.epoch_seconds += now - self._last
        self._progress.seconds += now - self._last
        self._progress.seconds_computing += computing - self._last_computing
        self._last, self._last_computing = now, computing
