"""Processes of `legacy-cnn` that begin with TensorFlow imported.

A server imports it once and is forked for each: they are processes like others, with their own
signals, limits and exit status, but start four seconds sooner.
"""

import gc
import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from legacy_cnn import cli
from support.streams import without_tensorflow_lines

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tensorflow", "keras", "legacy_cnn.training"])


class Process:
    """A process that runs a command of `legacy-cnn`; used like a `subprocess.Popen`."""

    def __init__(self, *arguments, main=cli.main, before=None):
        """Starts it.

        Args:
          *arguments: the words of the command line.
          main: called with them instead of `legacy-cnn`; returns the exit status.
          before: called in the process first. Both must be picklable.
        """
        self._place = tempfile.TemporaryDirectory()
        self._texts = [Path(self._place.name) / name for name in ("stdout", "stderr")]
        words = [*map(str, arguments)]
        self._process = CONTEXT.Process(target=_run, args=(self._texts, before, main, words))
        self._process.start()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._process.kill()
        self._process.join()
        self._place.cleanup()

    @property
    def returncode(self):
        return self._process.exitcode

    poll = returncode.fget

    def kill(self):
        self._process.kill()

    def send_signal(self, number):
        os.kill(self._process.pid, number)

    def communicate(self, timeout):
        """Waits for its end, and returns what it has printed on stdout and on stderr."""
        self._process.join(timeout)
        assert self.returncode is not None, f"not at its end after {timeout} s"
        stdout, stderr = (path.read_text() for path in self._texts)
        return stdout, without_tensorflow_lines(stderr)


class Child:
    """A `Child` of `legacy_cnn.processes` that runs a command of `legacy-cnn`."""

    def __init__(self, arguments, own_session, tied):
        assert arguments[0] == "legacy_cnn" and own_session and tied
        self._process = Process(*arguments[1:])

    @property
    def running(self):
        return self._process.poll() is None

    def terminate(self):
        self._process.send_signal(signal.SIGTERM)

    def failure(self):
        _, stderr = self._process.communicate(timeout=900)
        return stderr.splitlines()[-1] if self._process.returncode else None

    def close(self):
        self._process.__exit__()


def command(*arguments, **options):
    """Runs a `Process` to its end, and returns it, completed, with its texts."""
    with Process(*arguments, **options) as process:
        texts = process.communicate(timeout=900)
        return subprocess.CompletedProcess(arguments, process.returncode, *texts)


def _run(texts, before, main, arguments):
    gc.freeze()  # what the server has imported
    for number, path in enumerate(texts, 1):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    if before:
        before()
    sys.exit(main(arguments))
