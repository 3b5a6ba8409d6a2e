"""Serves an application for the tests of the lab, in a thread."""

import contextlib
import socket
import threading
import time

import uvicorn

from legacy_cnn.lab.gate import PROTOCOLS


@contextlib.contextmanager
def served(application):
    """Yields the address, http://127.0.0.1:PORT."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        application,
        **PROTOCOLS,
        log_config=None,
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=0,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    server.should_exit = True
    thread.join()
    listening.close()
