"""Child processes, and why they failed."""

import os
import subprocess
import sys
import time

import pytest
from filelock import FileLock, Timeout

from legacy_cnn.processes.child import Child
from legacy_cnn.processes.worker import Worker


def test_an_error_that_is_not_utf_8():
    program = "import sys; sys.stderr.buffer.write(b'caf\\xe9 is closed'); sys.exit(1)"
    with Child(["-c", program]) as child:
        assert child.failure() == "caf\N{REPLACEMENT CHARACTER} is closed"


#: A process that holds a lock as long as it lives.
BUSY = """
import time
from filelock import FileLock
from legacy_cnn.processes.conversation import Conversation
{first}
lock = FileLock("held")
lock.acquire()
open("begun", "w").close()
time.sleep(600)
"""

PARENTS = {
    "tied": "Child(['busy'], tied=True, own_session=True)",
    "worker": "Worker('it', 'busy')",
}


def wait_for(path):
    deadline = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize("kind", PARENTS)
def test_a_child_ends_with_its_parent(kind, tmp_path):
    first = "Conversation()" if kind == "worker" else ""
    (tmp_path / "busy.py").write_text(BUSY.format(first=first))
    program = (
        "import time\nfrom legacy_cnn.processes.child import Child\n"
        "from legacy_cnn.processes.worker import Worker\n"
        f"child = {PARENTS[kind]}\ntime.sleep(600)"
    )
    paths = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": paths}
    with subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, env=environment) as parent:
        try:
            wait_for(tmp_path / "begun")
            with pytest.raises(Timeout):
                FileLock(tmp_path / "held").acquire(timeout=0)
        finally:
            parent.kill()
    FileLock(tmp_path / "held").acquire(timeout=60)


#: What starts a script, and the script: both in the current directory.
STARTERS = {
    "recorded": "from legacy_cnn.parity import scripts\n"
    "command, trace = scripts.Command(Path('busy.py')), Path('trace.npz').absolute()\n"
    "scripts.record(command, trace, scripts.UNSEEDED)",
    "against": "from legacy_cnn.compat import against\nagainst._run([sys.executable, 'busy.py'])",
}


@pytest.mark.parametrize(
    "starter", [pytest.param("recorded", marks=pytest.mark.tensorflow), "against"]
)
def test_a_script_ends_with_the_process_that_runs_it(starter, tmp_path):
    (tmp_path / "busy.py").write_text(BUSY.format(first=""))
    program = f"import sys\nfrom pathlib import Path\n{STARTERS[starter]}"
    with subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path) as parent:
        try:
            wait_for(tmp_path / "begun")
        finally:
            parent.kill()
    FileLock(tmp_path / "held").acquire(timeout=60)


def test_a_worker_that_does_not_end_is_ended_soon_after_a_failure(tmp_path):
    (tmp_path / "deaf.py").write_text(
        "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "print('{}', flush=True)\ntime.sleep(600)"
    )
    with pytest.raises(KeyboardInterrupt), Worker("it", str(tmp_path / "deaf.py")) as worker:
        worker.reply()
        began = time.monotonic()
        raise KeyboardInterrupt
    assert time.monotonic() - began < 30


def test_a_worker_that_is_told_twice_to_end_removes_what_it_wrote(tmp_path):
    """The second signal finds it removing."""
    (tmp_path / "tidy.py").write_text(
        "import contextlib, os, signal, sys\n"
        "from legacy_cnn.processes.conversation import Conversation\n"
        "conversation = Conversation()\n"
        "@contextlib.contextmanager\n"
        "def tidied():\n"
        "    open(sys.argv[1], 'w').close()\n"
        "    try:\n"
        "        yield\n"
        "    finally:\n"
        "        signal.raise_signal(signal.SIGTERM)\n"
        "        os.remove(sys.argv[1])\n"
        "with tidied():\n"
        "    conversation.reply()\n"
        "    signal.pause()\n"
    )
    written = tmp_path / "written"
    program = str(tmp_path / "tidy.py")
    with pytest.raises(KeyboardInterrupt), Worker("it", program, [str(written)]) as worker:
        worker.reply()
        assert written.exists()
        raise KeyboardInterrupt
    assert not written.exists()
