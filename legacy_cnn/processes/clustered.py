"""A task of a Dask cluster: a module of this package in a process of its own, on a Dask worker.

Dask cannot end a task that runs. This one looks whether it is still wanted, and ends its process.
"""

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from legacy_cnn.errors import RunError
from legacy_cnn.outside.jsonfiles import read_json
from legacy_cnn.processes import prepared
from legacy_cnn.processes.child import Child, with_environment

#: Seconds between two looks at the process, and at whether its result is still wanted.
INTERVAL = 0.2


def run(module: str, request: dict[str, Any]) -> dict[str, Any]:
    """Runs a module's `main` on a Dask worker, whose task this is.

    Args:
      module: its `main` is called with the name of a JSON file in `sys.argv`, which holds `request`
        and, as "worker", the worker's address, and of the file that it writes its reply to;
        "scratch" is a directory for its own files.
      request: JSON.

    Returns:
      The reply, JSON; or, as "failure", why the module failed. An exception of this package could
      only be read where that is installed, which a scheduler need not have.
    """
    import distributed

    worker = distributed.get_worker()
    # Dask removes the directory of a worker that has died.
    with tempfile.TemporaryDirectory(dir=worker.local_directory) as scratch:
        asked, replied = (Path(scratch) / name for name in ("request.json", "reply.json"))
        more = {"worker": worker.address, "scratch": scratch}
        asked.write_text(json.dumps({**request, **more}), "utf-8")
        failure = _end_of(
            Child(
                (prepared.__name__, module, str(asked), str(replied)),
                environment=_environment(),
                own_session=True,
                tied=True,
            ),
            worker,
        )
        if failure:
            return {"failure": failure}
        reply: dict[str, Any] = read_json(replied, RunError, "a reply")
        return reply


def _end_of(child: Child, worker: Any) -> str | None:
    """Waits until a process has ended, or its task is given up; returns why it failed."""
    key = worker.get_current_task()
    try:
        while child.running:
            if not _wanted(worker, key):
                child.terminate()
                break
            time.sleep(INTERVAL)
        return child.failure()  # waits, however long saving takes
    finally:
        child.close()


def _wanted(worker: Any, key: str) -> bool:
    """Whether the worker goes on, and Dask still wants the task: its state on the worker says it.

    It is "cancelled" when the program that asked for it is gone, or the scheduler has given the
    task to another worker.
    """
    task = worker.state.tasks.get(key)
    running = worker.status.name in ("running", "paused", "closing_gracefully")
    return running and task is not None and task.state in ("executing", "long-running")


def _environment() -> dict[str, str]:
    """That of a process here, but for what Dask sets for its own threads, which slows others."""
    import dask

    added = dask.config.get("distributed.nanny.pre-spawn-environ", {})
    return {
        name: text for name, text in with_environment({}).items() if str(added.get(name)) != text
    }
