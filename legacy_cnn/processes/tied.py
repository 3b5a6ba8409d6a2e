"""Runs a module that ends when the process that started it has ended, however that happened.

    python tied.py MODULE [ARGUMENT ...]

stdin is a pipe that nobody writes to: the system closes it when its other end is gone. The module
is asked to end by SIGTERM, and ended after `PATIENCE` seconds. This file runs in
old Pythons, too: it has no annotations.
"""

import os
import runpy
import signal
import sys
import threading

#: Seconds that a module has to save its work.
PATIENCE = 10


def main():
    """Runs the module that the command line names."""
    if sys.path and os.path.realpath(sys.path[0]) == os.path.dirname(os.path.realpath(__file__)):
        del sys.path[0]  # modules beside this one are not the other's
    watch(os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def watch(pipe):
    """Ends this process when the pipe, the number of an open file, is closed at its other end."""
    thread = threading.Thread(target=_wait, args=(pipe,))
    thread.daemon = True
    thread.start()


def _wait(pipe):
    while os.read(pipe, 1):
        pass
    end()


def end():
    """Asks this process to end, and ends it if it does not."""
    timer = threading.Timer(PATIENCE, os._exit, (128 + signal.SIGTERM,))
    timer.daemon = True
    timer.start()
    if os.name == "nt":  # where os.kill ends a process without asking
        signal.raise_signal(signal.SIGTERM)
    else:
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    main()
