"""Starts the lab on this machine, says where it is, and ends it."""

import contextlib
import os
import socket
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn

from legacy_cnn.errors import UsageError
from legacy_cnn.lab.app import Lab
from legacy_cnn.lab.gate import PROTOCOLS, Gate, Keys
from legacy_cnn.lab.learners import Learners
from legacy_cnn.lab.queue import Queue
from legacy_cnn.lab.room import Beginning, Room
from legacy_cnn.settings.lab import LabSettings
from legacy_cnn.training.runs import open_at_step

#: Connections at once: a browser has up to six.
MOST_CONNECTIONS = 400
#: What the server would log is that connections end with it.
_SILENT: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"nowhere": {"class": "logging.NullHandler"}},
    "loggers": {"uvicorn": {"handlers": ["nowhere"], "propagate": False}},
}


def serve(
    settings: LabSettings,
    run: str | None,
    *,
    opens_browser: bool,
    say: Callable[[str], object],
) -> None:
    """Serves the lab until it is interrupted.

    Args:
      settings: where, and for how many.
      run: a run directory with the weights to begin with; None trains a net first.
      opens_browser: whether to open the page in the user's browser.
      say: called with sentences: where the lab is, and how a class enters.

    Raises:
      UsageError: the address cannot be listened on.
      RunError: there is no run, or it has no checkpoint.
    """
    with _listening(settings) as (listening, port):
        room = Room(settings)
        spare: Iterator[object] = iter(())
        if run is None:
            spare = room.first_training()
        else:
            with open_at_step(run, say) as (program, _, step):
                room.begin(program.weights())
            room.beginning = Beginning(step)
        learners, keys = Learners(settings.browsers), Keys()
        lab = Lab(room, Queue(spare), learners)
        is_open = not _is_loopback(settings.host)
        gate = Gate(lab.application(), keys, learners, is_open)
        _tell(settings, port, keys, is_open, say)
        if opens_browser:
            address = f"http://127.0.0.1:{port}/?token={keys.token}"
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        _serve(gate, listening)
    say("The lab has ended.")
    # Without waiting for a step: its thread, and TensorFlow's, would be waited for.
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


@contextlib.contextmanager
def _listening(settings: LabSettings) -> Iterator[tuple[socket.socket, int]]:
    try:
        family = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[0][0]
        listening = socket.create_server((settings.host, settings.port), family=family)
    except OSError as error:
        raise UsageError(
            f"host {settings.host} and port {settings.port} cannot be listened on: "
            f"{os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror}.",
            "host",
            "port",
        ) from error
    with listening:
        yield listening, listening.getsockname()[1]


def _serve(gate: Any, listening: socket.socket) -> None:
    config = uvicorn.Config(
        gate,
        **PROTOCOLS,
        log_config=_SILENT,
        access_log=False,
        server_header=False,
        lifespan="off",
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=15,
        timeout_graceful_shutdown=0,
        h11_max_incomplete_event_size=32_768,
    )
    with contextlib.suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listening])


def _is_loopback(host: str) -> bool:
    return host in ("localhost", "::1") or host.startswith("127.")


def _tell(
    settings: LabSettings, port: int, keys: Keys, is_open: bool, say: Callable[[str], object]
) -> None:
    shown = "127.0.0.1" if settings.host in ("0.0.0.0", "::") else settings.host
    address = f"[{shown}]" if ":" in shown else shown
    say(f"The lab is at http://{address}:{port}/?token={keys.token}")
    if is_open:
        say(f"A class enters at http://{_name_in_network()}:{port}/ with the code\n")
        say(f"    {' '.join(keys.code)}\n")
        say("What they send is not encrypted: use it in a network that you trust.")
    say("Ctrl-C ends it.")


def _name_in_network() -> str:
    """The address of this machine in its network; its name, if it has none."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # sends nothing: it only chooses the interface
        return str(probe.getsockname()[0])
    return socket.gethostname()
