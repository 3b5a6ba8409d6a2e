"""A dialect at work, as `legacy-cnn train --with` runs it."""

from legacy_cnn import mnist
from legacy_cnn.comparison import operations, printing
from legacy_cnn.settings import Settings
from legacy_cnn.training import feeding, models, randomness

#: Settings that are a run's.
_SAME = ("batch_size", "keep_prob", "seed", "data_dir", "validation_size", "threads")


def steps(dialect, settings):
    """A generator that first builds the program, and then takes a step each time.

    Args:
      dialect: one of `settings.IMPLEMENTATIONS`.
      settings: `CompareSettings`.
    """
    run = _run(dialect, settings)
    with models.build(run) as model:
        model.initialise(randomness.initial_weights(run.seed))
        yield
        for images, labels, noise in _fed(run):
            model.step(images, labels, run.keep_prob, noise)
            yield


def looked_at(dialect, settings, steps):
    """What there is to see besides times.

    Args:
      dialect, settings: as above.
      steps: what `steps` returned.

    Returns:
      Dict of "trace", seconds, and "operations", see `operations.traced`; "handed_over", see there;
      and "prints", see `printing.lines`.
    """
    seconds, count = operations.traced(dialect, settings.batch_size)
    run = _run(dialect, settings)
    images, labels, _ = next(_fed(run))
    weights = randomness.initial_weights(run.seed)
    return {
        "trace": seconds,
        "operations": count,
        "handed_over": operations.handed_over(dialect, lambda: next(steps)),
        "prints": printing.lines(dialect, weights, images, labels),
    }


def _run(dialect, settings):
    return Settings(implementation=dialect, **{name: getattr(settings, name) for name in _SAME})


def _fed(run):
    images, labels = feeding.training_set(mnist.load(run.data_dir), run)
    return feeding.fed(images, labels, run)
