"""A limit on all that a server sends, and on the time for it: headers, redirects, content."""

import functools
import http.client
import io
import socket
import time
from collections.abc import Callable
from typing import Any

import requests
import urllib3

#: Seconds that a server may take to get going, and bytes a second from then on, on the average.
GRACE, SLOWEST = 20, 10_000
#: Seconds that a download may take in all: MNIST's largest file takes as long at 10 kB/s.
LONGEST = 1000


class Exceeded(Exception):
    """A server sends too much, or too slowly; the message is a part of a sentence."""


class Budget:
    """What an address may cost, over all attempts."""

    def __init__(self, most: int) -> None:
        """Begins to measure the time.

        Args:
          most: bytes that an attempt may take, headers included.
        """
        self._most, self._began, self._received = most, time.monotonic(), 0

    def begin_attempt(self) -> None:
        """Counts the bytes from 0 again."""
        self._received = 0

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._began

    def spend(self, count: int) -> None:
        """Counts bytes that were received.

        Raises:
          Exceeded: they were too many, or took too long.
        """
        self._received += count
        if self._received > self._most:
            raise Exceeded(f"it is larger than {self._most:,} bytes")
        late = self.seconds > GRACE and self._received < self.seconds * SLOWEST
        if late or self.seconds > LONGEST:
            raise Exceeded(f"only {self._received:,} bytes came in {self.seconds:.0f} seconds")


def session(budget: Budget) -> requests.Session:
    """Returns a session all of whose connections count what they read."""
    limited = requests.Session()
    for scheme in ("http://", "https://"):
        limited.mount(scheme, _Adapter(budget))
    return limited


class _Adapter(requests.adapters.HTTPAdapter):
    def __init__(self, budget: Budget) -> None:
        self._budget = budget
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options)
        self._limit(self.poolmanager)

    def proxy_manager_for(self, *arguments: Any, **options: Any) -> Any:
        manager = super().proxy_manager_for(*arguments, **options)
        self._limit(manager)
        return manager

    def _limit(self, manager: Any) -> None:
        """Gives the connections of a manager a response that counts."""
        respond = functools.partial(_Response, self._budget.spend)
        manager.pool_classes_by_scheme = {
            scheme: _pool(pool, respond)
            for scheme, pool in (
                ("http", urllib3.HTTPConnectionPool),
                ("https", urllib3.HTTPSConnectionPool),
            )
        }


def _pool(pool: type[Any], respond: Callable[..., http.client.HTTPResponse]) -> type[Any]:
    own = {"response_class": staticmethod(respond)}
    connection = type("Connection", (pool.ConnectionCls,), own)
    return type(pool.__name__, (pool,), {"ConnectionCls": connection})


class _Response(http.client.HTTPResponse):
    """A response of the standard library that counts each byte that it reads from its socket."""

    def __init__(
        self, spend: Callable[[int], None], sock: socket.socket, *arguments: Any, **options: Any
    ) -> None:
        super().__init__(sock, *arguments, **options)
        self.fp = io.BufferedReader(_Counted(self.fp.detach(), spend))


class _Counted(io.RawIOBase):
    """A stream that counts what is read from it."""

    def __init__(self, raw: io.RawIOBase, spend: Callable[[int], None]) -> None:
        self._raw, self._spend = raw, spend

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        count = self._raw.readinto(buffer)
        self._spend(count or 0)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()
