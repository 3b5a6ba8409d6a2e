"""An old script as the reference: it runs in a process of its own, and its steps are recorded."""

import subprocess
import sys
from pathlib import Path

import legacy_cnn
from legacy_cnn.errors import ParityError

#: Training steps that are recorded: the recorder keeps the first three and the last.
STEPS = 4

#: Lines of a script that has failed which are looked at for its error.
SHOWN = 40


def is_script(name: str) -> bool:
    """Whether a reference is named by the file of a script, not by one of its functions."""
    return name.endswith(".py")


def record(script: Path, trace: Path) -> None:
    """Runs a script for tf.compat.v1 for as many training steps as are recorded.

    It runs where the user is, as `python SCRIPT` would, and prints nothing. The process is its own,
    so that it may decide what this one has decided: eager execution, or which Keras `tf.keras` is.

    Args:
      script: the file.
      trace: the file to write.

    Raises:
      FileNotFoundError: there is no such script.
      ParityError: it has failed, or has not trained anything.
    """
    if not script.is_file():
        raise FileNotFoundError(2, "No such file or directory", str(script))
    recorder = Path(legacy_cnn.__file__).with_name("originals") / "recorder.py"
    options = ["--steps", str(STEPS), "--output", str(trace)]
    done = subprocess.run(
        [sys.executable, str(recorder), *options, str(script)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    if trace.is_file():
        return
    lines = [line.strip() for line in done.stderr.splitlines() if line.strip()][-SHOWN:]
    said = [line for line in lines if not line.startswith("record_tf1:")] or lines
    why = said[-1] if done.returncode and said else "it has taken no training step in a session"
    raise ParityError(f"{script} cannot be recorded: {why}")
