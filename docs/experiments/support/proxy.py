"""A network on loopback that can stall, and be cut."""

import contextlib
import socket
import threading
from typing import Self


class Proxy:
    """Passes on what comes to `address`; a context manager that closes it."""

    def __init__(self, target: str, network: "Network") -> None:
        """Listens on a free port.

        Args:
          target: HOST:PORT to which it passes connections on.
          network: says when nothing is passed on.
        """
        host, port = target.rsplit(":", 1)
        self._target, self._network = (host, int(port)), network
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self._listening.getsockname()[1]}"
        threading.Thread(target=self._listen, daemon=True).start()

    def close(self) -> None:
        """Takes no more connections."""
        self._listening.close()

    def _listen(self) -> None:
        while True:
            try:
                near, _ = self._listening.accept()
            except OSError:  # closed
                return
            try:
                far = socket.create_connection(self._target)
            except OSError:  # nobody is there yet
                near.close()
                continue
            self._network.connections += [near, far]
            for pair in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(1 << 16):
                self._network.open.wait()
                target.sendall(data)
        for one in (source, target):
            one.close()


class Network:
    """All connections between the processes of a cluster; a context manager that closes them."""

    def __init__(self) -> None:
        self.open = threading.Event()  #: while it is not set, nothing passes
        self.open.set()
        self.connections: list[socket.socket] = []
        self._proxies: list[Proxy] = []

    def proxy(self, target: str) -> str:
        """Returns the address of a new proxy for a HOST:PORT."""
        self._proxies.append(Proxy(target, self))
        return self._proxies[-1].address

    def cut(self) -> None:
        """Ends all connections that there are; new ones can be made at once."""
        cut, self.connections = self.connections, []
        for one in cut:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        for proxy in self._proxies:
            proxy.close()
        self.cut()
        self.open.set()
