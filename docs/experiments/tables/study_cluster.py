"""The tables of docs/how-to/reproduce.md on studies on several machines, from the recorded JSON."""

import statistics
from typing import Any

from experiments.support.markdown import markdown
from experiments.support.recorded import read

#: Where trainings run, as the table names it.
_ON = {"workers": "workers of Dask", "jobs": "`--jobs`, without a cluster"}


def study_speed() -> str:
    """How long a study takes, and what a task adds to a training."""
    record = read("study_speed")
    cores = record["machine"]["cores"]
    rows = [
        [
            _ON[study["on"]],
            f"{study['at once']}{f', on {cores} cores' if study['at once'] > cores else ''}",
            f"{study['seconds']:.0f} s",
            f"{_alone(record['studies'], study['on']) / study['seconds']:.2f}",
        ]
        for study in record["studies"]
    ]
    table = markdown(["Trainings are on", "At once", "Study", "Speed-up"], rows)
    return f"{table}\n\n{_overhead(record)}"


def _alone(studies: list[dict[str, Any]], on: str) -> float:
    """The seconds of the study with one training at a time."""
    return float(next(one["seconds"] for one in studies if one["on"] == on and one["at once"] == 1))


def _overhead(record: dict[str, Any]) -> str:
    """What a training takes as a task and alone, in words."""
    pairs, machine = record["pairs"], record["machine"]
    task, train = (statistics.median(one[name] for one in pairs) for name in ("task", "train"))
    more = [100 * (one["task"] / one["train"] - 1) for one in pairs]
    low, median, high = statistics.quantiles(more, n=4, method="inclusive")
    return (
        f"One training takes {task:.1f} s as a task of an idle worker, and {train:.1f} s as "
        f"`legacy-cnn train`, medians of {len(pairs)} pairs in turns: {median:+.1f} % (quartiles "
        f"{low:+.1f} and {high:+.1f} %). Measured on {machine['cores']} cores of an "
        f"{machine['processor']}, one thread for each training."
    )


def study_kills() -> str:
    """What has become of studies of which a process was killed."""
    record = read("study_kills")
    rows = [
        [
            row["killed"],
            "shared" if row["shared"] else "not shared",
            row["kills"],
            row["right"],
            row["commands"] - row["kills"],
            row["repeated"],
            row["again"],
        ]
        for row in record["rows"]
    ]
    head = ["Killed", "Storage", "Kills", "Right", "Command run again", "Repeated", "Trained anew"]
    return markdown(head, rows, 2)
