"""What the graph is fed with, prepared while it computes the step before."""

from concurrent.futures import ThreadPoolExecutor

from legacy_cnn.training import randomness


class Feeder:
    """Batches and dropout noise of a run, in order, from any step on."""

    def __init__(self, images, labels, settings, step):
        """
        Args:
          images: uint8 `(n, 28, 28, 1)`, the training set.
          labels: one-hot float64 `(n, 10)`.
          settings: the run's `Settings`.
          step: steps that are done.
        """
        self._settings, self._step = settings, step
        self._set = randomness.SeededDataSet(images, labels, settings.seed)
        self._set.skip(step, settings.batch_size)
        self._worker = ThreadPoolExecutor(1)
        self._next = self._worker.submit(self._prepare, step)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._worker.shutdown()

    def take(self):
        """Returns the next step's images `(N, 784)`, labels `(N, 10)` and noise `(N, 1024)`."""
        ready = self._next.result()
        self._step += 1
        self._next = self._worker.submit(self._prepare, self._step)
        return ready

    def _prepare(self, step):
        size = self._settings.batch_size
        return *self._set.next_batch(size), randomness.training_noise(
            self._settings.seed, step, size
        )
