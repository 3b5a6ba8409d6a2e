"""Records a script in a process of its own: `python -m legacy_cnn.parity.recording`, see `main`."""

import argparse
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from legacy_cnn.compat import options, runner, scan
from legacy_cnn.originals import recorder
from legacy_cnn.parity.usercode import described_with_place
from legacy_cnn.settings import RunSettings
from legacy_cnn.tensorflow_start import import_silently

#: Where a script finds TensorFlow 1: in `legacy_cnn.compat`, or in `tf.compat.v1` of today's.
OLD, COMPAT_V1 = "old", "compat.v1"


def faces_of(script: Path) -> tuple[str, ...]:
    """Which of the two a script is given, the likelier first.

    One that names `tf.compat.v1` has been carried over: it is given the real TensorFlow, unless
    that lacks something that it uses. Any other is old.
    """
    try:
        uses = scan.uses(script)
    except (SyntaxError, ValueError, RecursionError):
        return (OLD,)  # Python will say what is wrong with it
    is_carried_over = any(use.name.startswith("tensorflow.compat") for use in uses)
    return (COMPAT_V1, OLD) if is_carried_over else (OLD,)


def main(words: Sequence[str]) -> int:
    """Runs a script and records its steps.

    It must be the process's own: a script decides about eager execution, and which Keras `tf.keras`
    is.

    Args:
      words: the steps to record, the trace to write, the file for what the script raised, which of
        `faces_of` it is given, its seed, and the script with its arguments.

    Returns:
      The exit status: the script's.
    """
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--failure", type=Path, required=True)
    parser.add_argument("--face", choices=(OLD, COMPAT_V1), required=True)
    parser.add_argument("--seed", type=int)
    parser.add_argument("script")
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    given = parser.parse_args(words)

    def run(path: str, arguments: Sequence[str]) -> None:
        import_silently()  # what is on stderr is then the script's; and the recorder begins
        sys.path.insert(0, "")  # becomes the script's folder
        target = runner.script(path, arguments)
        try:
            with _faced(given.face, given.seed, target):
                target.run()
        except SystemExit:
            raise
        except BaseException as error:
            given.failure.write_text(described_with_place(error), encoding="utf-8")
            raise

    asked = ["--steps", given.steps, "--first", given.steps, "--output", given.output]
    asked += ["--size", "0", given.script, *given.arguments]
    status: int = recorder.main(asked, run)
    return status


def _faced(face: str, seed: int | None, target: runner.Target) -> AbstractContextManager[object]:
    """Sets what the script is given; the seed only in the block."""
    from legacy_cnn import compat
    from legacy_cnn.compat.effects import seeded

    if face == OLD:
        # Not undone: it holds for what the script has registered for its end, too.
        compat.install(seed=seed, headless=True, release=target.release())
        return nullcontext()
    options.current = RunSettings(seed=seed)
    return seeded()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
