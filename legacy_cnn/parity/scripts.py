"""An old script as the reference: it runs in a process of its own, and its steps are recorded."""

import contextlib
import dataclasses
import os
import re
import shlex
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple

from legacy_cnn.errors import ParityError
from legacy_cnn.parity import recording
from legacy_cnn.processes.child import INTERPRETER
from legacy_cnn.processes.guard import guarded

#: Training steps that are recorded, and how many where these do not show how the script's
#: operations take turns: a critic may take five steps before another net takes one.
STEPS, MORE_STEPS = 4, 14

#: Seconds after which a script that has not ended is spoken of, and between two looks at it.
QUIET, LOOKS = 15, 0.2

#: Bytes kept of what a script writes to stderr: its last words.
KEPT = 1 << 16

#: Errors of a script that has met a TensorFlow, or a Python, without what it uses.
LACKING = ("ModuleNotFoundError", "ImportError", "AttributeError", "NameError", "SyntaxError")

#: What TensorFlow says to a script that builds a graph where nothing has turned eager execution
#: off: one that spells `tf.compat.v1.placeholder`, and expects graphs all the same.
EAGER = "eager execution"


@dataclasses.dataclass(frozen=True)
class Conditions:
    """How a script is run.

    Attributes:
      seed: of its graphs, NumPy and `random`, unless it sets its own; None for none.
      patience: seconds that it has for its first steps.
      watch: called with a sentence if that takes long.
    """

    seed: int | None = None
    patience: float = 600
    watch: Callable[[str], object] = lambda text: None


#: As the script is run by itself.
UNSEEDED = Conditions()


class _Lacking(ParityError):
    """A script uses something that it was not given."""


class Command(NamedTuple):
    """A script, and the arguments that it is run with."""

    script: Path
    arguments: tuple[str, ...] = ()


def command_of(name: str) -> Command | None:
    """The script that a reference names: "train.py", or "train.py --rate 0.1" as a shell reads it.

    Returns:
      None for a reference that is no script: another file, or a function.

    Raises:
      ParityError: a quotation has no end.
    """
    found = re.fullmatch(r"(.*?\.py)(\s.*)?", name, re.DOTALL)
    if found is None:
        return None
    if found[2] is None or Path(name).is_file():
        return Command(Path(name))
    try:
        return Command(Path(found[1]), tuple(shlex.split(found[2])))
    except ValueError as error:
        raise ParityError(f"{name} cannot be read as a script with arguments: {error}.") from error


def record(command: Command, trace: Path, conditions: Conditions, steps: int = STEPS) -> None:
    """Runs a script for some training steps, and records these.

    It runs where the user is, as `legacy-cnn run SCRIPT` would, or, if it was written for
    tf.compat.v1, as `python SCRIPT` would, and prints nothing. The process is its own, so that it
    may decide what this one has decided: eager execution, or which Keras `tf.keras` is.

    Args:
      command: the script, with its arguments.
      trace: the file to write.
      conditions: how it is run.
      steps: how many steps are recorded.

    Raises:
      FileNotFoundError: there is no such script.
      ParityError: it has failed, has not trained anything, or takes too long.
    """
    if not command.script.is_file():
        raise FileNotFoundError(2, "No such file or directory", str(command.script))
    first, *others = recording.faces_of(command.script)
    try:
        _record(command, trace, conditions, steps, first)
    except _Lacking as error:
        for face in others:
            try:
                return _record(command, trace, conditions, steps, face)
            except ParityError as other:
                if EAGER in str(error):
                    raise ParityError(str(other)) from None
        raise ParityError(str(error)) from None  # the first error is nearer to the script


def _record(command: Command, trace: Path, conditions: Conditions, steps: int, face: str) -> None:
    script = command.script
    failure = trace.with_name("failure.txt")
    failure.unlink(missing_ok=True)
    words = ["--steps", str(steps), "--output", str(trace), "--failure", str(failure)]
    words += ["--face", face]
    if conditions.seed is not None:
        words += ["--seed", str(conditions.seed % 2**31)]
    with _started([*words, str(script), *command.arguments]) as (process, last_words):
        _wait(process, script, conditions, steps)
    if trace.is_file():
        return
    what = f"{script} cannot be recorded: "
    if failure.is_file():
        why = failure.read_text(encoding="utf-8")
        is_lacking = why.startswith(LACKING) or EAGER in why
        raise (_Lacking if is_lacking else ParityError)(what + why)
    stderr = bytes(last_words).decode(errors="replace")
    raise ParityError(what + _why(process.returncode, stderr, steps))


@contextlib.contextmanager
def _started(words: list[str]) -> Iterator[tuple[subprocess.Popen[bytes], bytearray]]:
    """The process, and the end of what it has written to stderr; nothing of it stays behind."""
    process = subprocess.Popen(
        [*INTERPRETER, "-m", recording.__name__, *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={"PYTHONHASHSEED": "0", **os.environ},
        start_new_session=True,  # its own processes end with it
    )
    assert process.stderr is not None
    last_words = bytearray()
    reader = threading.Thread(target=_read, args=(process.stderr, last_words), daemon=True)
    reader.start()
    try:
        with guarded(process):
            yield process, last_words
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        reader.join()
        process.stderr.close()


def _read(stream: IO[bytes], last_words: bytearray) -> None:
    """Reads a stream to its end, and keeps the last bytes."""
    while part := os.read(stream.fileno(), KEPT):
        last_words += part
        del last_words[:-KEPT]


def _wait(
    process: subprocess.Popen[bytes], script: Path, conditions: Conditions, steps: int
) -> None:
    """Waits for the end of a script.

    Raises:
      ParityError: it takes longer than it may.
    """
    started, is_told = time.monotonic(), False
    while True:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(LOOKS)
            return
        passed = time.monotonic() - started
        if passed > QUIET and not is_told:
            is_told = True
            conditions.watch(
                f"{script} has run for {QUIET} seconds without {steps} training steps; it is ended "
                f"after {conditions.patience:g} seconds."
            )
        if passed > conditions.patience:
            raise ParityError(
                f"{script} has not taken {steps} training steps within {conditions.patience:g} "
                f"seconds, its patience: raise that, or give a script that trains sooner.",
                "patience",
            )


def _why(status: int, stderr: str, steps: int) -> str:
    """Why there is no trace, if the script raised nothing."""
    if status < 0:
        return f"it was killed by {signal.Signals(-status).name}."
    lines = [line.strip() for line in stderr.splitlines() if line.strip()]
    own = [line for line in lines if line.startswith("record_tf1:")]
    if status and len(lines) > len(own):
        return f"it ended with exit status {status}: {[one for one in lines if one not in own][-1]}"
    if own:
        return own[-1].removeprefix("record_tf1: ")
    return f"it ended with exit status {status} before it had taken {steps} training steps."
