"""A process that has left a thread behind ends at once; all that it has said is there."""

import subprocess
import sys

PROGRAM = """
import sys, threading
from legacy_cnn.processes import leaving

thread = threading.Thread(target={target}, daemon=True)
with leaving.behind(thread):
    {inside}
{after}
sys.stdout.write("said")
leaving.leave(3)
"""


def ended(target, inside, after=""):
    program = PROGRAM.format(target=target, inside=inside, after=after)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("said", "")
    return done.returncode


def test_a_thread_that_is_left_behind():
    assert ended("threading.Event().wait", "thread.start()") == 3


def test_a_thread_that_is_left_behind_while_it_starts():
    assert ended("threading.Event().wait", "pass", "thread.start()") == 3


def test_a_process_that_has_left_none_behind_goes_on():
    assert ended("int", "thread.start(); thread.join()") == 0
