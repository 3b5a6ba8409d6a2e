"""Other processes that measure: started, asked, and ended."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time

from legacy_cnn.errors import BenchError

#: Seconds that a process is given to end.
PATIENCE = 20


class Process:
    """A `python -m MODULE` that replies to requests, one JSON a line; a context manager."""

    def __init__(self, name, module, arguments=(), environment=None):
        """
        Args:
          name: what it is called in messages.
          module: what to run.
          arguments: of its command line, texts.
          environment: dict of what it has besides this process's environment.
        """
        self.name = name
        self._errors = tempfile.TemporaryFile("w+")  # noqa: SIM115 - closed with the process
        quiet = {"TF_CPP_MIN_LOG_LEVEL": "3"}
        self.started = time.monotonic()
        self._process = subprocess.Popen(
            # -P: what the user's directory holds is not to be taken for modules.
            [sys.executable, "-P", "-m", module, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env={**quiet, **os.environ, **(environment or {})},
        )
        assert self._process.stdin and self._process.stdout  # as they are pipes
        self._requests, self._replies = self._process.stdin, self._process.stdout

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        # Its end of file: it ends by itself, and leaves nothing behind.
        with contextlib.suppress(BrokenPipeError):
            self._requests.close()
        if any(exception):
            self._process.terminate()  # nobody waits for what it is doing
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._replies.close()
        self._errors.close()

    def ask(self, **request):
        """Sends a request and returns the reply to it."""
        try:
            self._requests.write(json.dumps(request) + "\n")
            self._requests.flush()
        except BrokenPipeError as error:
            raise self._ended() from error
        return self.reply()

    def reply(self):
        """The next reply.

        Raises:
          BenchError: the process has ended.
        """
        line = self._replies.readline()
        if not line:
            raise self._ended()
        return json.loads(line)

    def _ended(self):
        status = self._process.wait()
        self._errors.seek(0)
        said = [line.strip() for line in self._errors if line.strip()]
        if status < 0:
            reason = f"killed by {signal.Signals(-status).name}"
        else:
            reason = said[-1] if said else f"exit status {status}"
        return BenchError(f"{self.name} stopped: {reason}")


def started(arguments, environment=None):
    """Runs Python to its end.

    Args:
      arguments: of the interpreter, texts.
      environment: all of its environment; None is this process's.

    Returns:
      A `subprocess.CompletedProcess` with what it wrote.

    Raises:
      BenchError: it has failed.
    """
    command = [sys.executable, "-P", *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:]
        raise BenchError(f"python {' '.join(arguments)} failed: {''.join(last)}")
    return done


def figures_of(name, module, *arguments, environment=None):
    """The single reply of a process that is asked nothing."""
    with Process(name, module, arguments, environment) as process:
        return process.reply()
