"""A process that has left a thread behind ends at once; all that it has said is there."""

import subprocess
import sys

PROGRAM = """
import sys, threading
from legacy_cnn.processes import leaving

thread = threading.Thread(target={target}, daemon=True)
thread.start()
with leaving.behind(thread):
    {waiting}
sys.stdout.write("said")
leaving.leave(3)
"""


def ended(target, waiting):
    command = [sys.executable, "-c", PROGRAM.format(target=target, waiting=waiting)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr) == ("said", "")
    return done.returncode


def test_a_thread_that_is_left_behind():
    assert ended("threading.Event().wait", "pass") == 3


def test_a_process_that_has_left_none_behind_goes_on():
    assert ended("int", "thread.join()") == 0
