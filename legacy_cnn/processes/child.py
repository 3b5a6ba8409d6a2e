"""A Python process: started, watched, ended, and asked why it failed."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO, Self, cast

from legacy_cnn.errors import BenchError
from legacy_cnn.processes import tied as tied_file

#: Seconds that a process is given to end by itself, and after a failure, when nobody waits for its
#: result.
PATIENCE, SHORT_PATIENCE = 20, 3

#: This Python. -P: modules in the user's directory are not ours.
INTERPRETER = (sys.executable, "-P")


class Child:
    """A Python process with its stderr in a file; a context manager that ends it."""

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        environment: Mapping[str, str] | None = None,
        pipes: bool = False,
        own_session: bool = False,
        tied: bool = False,
        interpreter: Sequence[str] = INTERPRETER,
    ) -> None:
        """Starts the process.

        Args:
          arguments: of the interpreter.
          environment: all of its environment; None is this process's.
          pipes: whether its stdin and stdout are pipes; without, there is nothing in them.
          own_session: whether a terminal's Ctrl-C is not for it.
          tied: whether it ends when this process is killed; its arguments are then a module's name
            and what that is given. A worker ends with its pipes anyway.
          interpreter: the Python that runs.
        """
        # Libraries write there, too, and not always UTF-8.
        self._stderr = tempfile.TemporaryFile(  # noqa: SIM115 - closed with the process
            "w+", errors="replace"
        )
        program = [tied_file.__file__, *arguments] if tied else arguments
        self.process = subprocess.Popen(
            [*interpreter, *program],
            stdin=subprocess.PIPE if pipes or tied else subprocess.DEVNULL,
            stdout=subprocess.PIPE if pipes else subprocess.DEVNULL,
            stderr=self._stderr,
            text=True,
            env=environment,
            start_new_session=own_session,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if any(exception):
            self.terminate()
        self.close(SHORT_PATIENCE if any(exception) else PATIENCE)

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def terminate(self) -> None:
        """Asks the process to end; `close` waits for it."""
        self.process.terminate()

    def close(self, patience: float = PATIENCE) -> None:
        """Waits for the end of the process, kills it when it takes too long, and forgets it."""
        if self.process.stdin:
            with contextlib.suppress(BrokenPipeError):
                self.process.stdin.close()  # its end of file: a worker ends, and removes its files
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()
        self._stderr.close()

    def output(self) -> str:
        """Reads the process's stdout, a pipe, to its end."""
        return cast(IO[str], self.process.stdout).read()

    def stderr(self) -> str:
        """What the process has written to stderr."""
        self._stderr.seek(0)
        return self._stderr.read()

    def failure(self) -> str | None:
        """Waits for the end; returns why it failed, in one line, or None if it did not."""
        status = self.process.wait()
        if status < 0:
            return f"killed by {signal.Signals(-status).name}"
        lines = [line.strip() for line in self.stderr().splitlines() if line.strip()]
        return (lines[-1] if lines else f"exit status {status}") if status else None


def run_to_end(arguments: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
    """Runs Python to its end; returns what it wrote to stderr.

    Args:
      arguments: of the interpreter.
      environment: all of its environment; None is this process's.

    Raises:
      BenchError: it has failed.
    """
    with Child(arguments, environment=environment) as child:
        failure = child.failure()
        if failure:
            raise BenchError(f"python {' '.join(arguments)} failed: {failure}")
        return child.stderr()


def with_environment(more: Mapping[str, str]) -> dict[str, str]:
    """This process's environment with more in it, TensorFlow's start-up notes off, Keras on it."""
    return {"TF_CPP_MIN_LOG_LEVEL": "3", **os.environ, "KERAS_BACKEND": "tensorflow", **more}


def output_of(command: Sequence[str]) -> str | None:
    """What a command of a moment writes to stdout; None if it fails or cannot be started."""
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if done.returncode else done.stdout.decode(errors="replace")
