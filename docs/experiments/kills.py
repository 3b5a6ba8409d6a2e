"""Kills commands at random moments, and records what is left and whether they can go on."""

import argparse
import json
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from experiments.support import commands, recorded, small_runs

HELP = "kill commands at random moments"
WRITES = ("kills.json",)
TAKES = "fifteen minutes, on Linux"

#: Kills of each command, and in a quick run.
EACH, QUICK = 10, 1
SEED = 17


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    each = QUICK if arguments.quick else EACH
    rng = np.random.default_rng(SEED)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = small_runs.data(folder / "data")
        whole = folder / "whole"
        train = ("train", "--data-dir", data, *small_runs.TRAIN, "--run-dir")
        seconds = small_runs.sound(*train, whole).seconds
        weights = _weights(whole)

        def goes_on(place: Path) -> bool:
            """Whether a killed training ends with the weights of one that nobody killed."""
            resumed = ["--resume"] if place.exists() else []
            small_runs.sound(*train, place, *resumed)
            return _weights(place) == weights

        record = {"train": _killed(folder, train, seconds, each, rng, goes_on)}
        picture = small_runs.picture(folder / "digit.png")
        predict = ("predict", whole, picture, "--show")
        seconds = small_runs.sound(*predict, folder / "shown.png").seconds
        shown = (folder / "shown.png").read_bytes()

        def shows(place: Path) -> bool:
            """Whether a killed prediction has left nothing, or the whole file."""
            return not place.exists() or place.read_bytes() == shown

        record["predict"] = _killed(folder, predict, seconds, each, rng, shows)
        compare = ("compare", "--data-dir", data, *small_runs.COMPARE, "--html")
        seconds = small_runs.sound(*compare, folder / "page.html").seconds

        def is_page(place: Path) -> bool:
            """Whether a killed comparison has left nothing, or the whole page."""
            return not place.exists() or place.read_text().endswith("</html>\n")

        record["compare"] = _killed(folder, compare, seconds, each, rng, is_page)
    recorded.write(arguments, "kills.json", record)


def _killed(
    folder: Path,
    words: tuple[object, ...],
    seconds: float,
    each: int,
    rng: np.random.Generator,
    is_sound: Callable[[Path], bool],
) -> dict[str, float]:
    """Kills a command, whose last word is missing: the path that it writes.

    Args:
      folder: for what it writes.
      words: of the command line.
      seconds: that it takes.
      each: kills.
      rng: of the moments.
      is_sound: whether what is left of it is complete, or can be completed.
    """
    sound, ended = 0, []
    for number, after in enumerate(rng.uniform(0, seconds, each)):
        place = folder / f"{words[0]}-{number}"
        ended.append(commands.killed(*words, place, after=after))
        sound += is_sound(place)
    return {"kills": each, "sound": sound, "seconds": seconds, "ended_within": max(ended)}


def _weights(run_dir: Path) -> str:
    found: str = json.loads((run_dir / "results.json").read_text())["weights_sha256"]
    return found
