"""What the accuracy of a run is expected to be: that of recorded runs with other seeds."""

import dataclasses
import json
from collections.abc import Sequence
from importlib import resources

from legacy_cnn.settings import Settings

#: Settings that tell runs apart, but do not change how accurate they are.
_OF_A_RUN = ("seed", "threads", "checkpoint_every", "data_dir", "source_url")

#: Share of other runs that lie in an interval.
SHARE = 0.95


def sentence(settings: Settings, accuracy: float) -> str:
    """Compares a run's accuracy on MNIST with recorded ones; "" where there are none to compare.

    Args:
      settings: of the run.
      accuracy: on the test set, 0.0-1.0.
    """
    recorded = accuracies(settings)
    if not recorded:
        return ""
    least, most = min(recorded), max(recorded)
    runs = (
        f"{len(recorded)} recorded runs, seeds 0 to {len(recorded) - 1}, {least:.4f} - {most:.4f}"
    )
    if least <= accuracy <= most:
        return f"The accuracy is within the range of {runs}."
    low, high = interval(recorded)
    where = "outside the range" if low <= accuracy <= high else "unusual: outside the range"
    return (
        f"The accuracy is {where} of {runs}; {SHARE:.0%} of runs are expected within "
        f"{low:.4f} - {high:.4f}."
    )


def accuracies(settings: Settings) -> list[float]:
    """The recorded accuracies, one a seed, of runs with the same settings; none for others."""
    changed = {
        field.name: value
        for field in dataclasses.fields(settings)
        if field.name not in _OF_A_RUN and (value := getattr(settings, field.name)) != field.default
    }
    text = resources.files(__package__).joinpath("expected.json").read_text("utf-8")
    return next((row["accuracies"] for row in json.loads(text) if row["settings"] == changed), [])


def interval(sample: Sequence[float], share: float = SHARE) -> tuple[float, float]:
    """Where one more run lies with a probability, if runs are normally distributed.

    The prediction interval of a normal sample: mean ± t · s · √(1 + 1/n), with n - 1 degrees of
    freedom.

    Args:
      sample: of at least two runs.
      share: the probability, 0.0-1.0.
    """
    import numpy as np
    from scipy import stats

    mean, deviation, count = np.mean(sample), np.std(sample, ddof=1), len(sample)
    reach = stats.t.ppf((1 + share) / 2, count - 1) * deviation * np.sqrt(1 + 1 / count)
    return float(mean - reach), float(mean + reach)
