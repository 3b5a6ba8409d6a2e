"""A process that measures: it replies to requests, one JSON a line."""

import json
import time
from collections.abc import Mapping, Sequence
from typing import IO, Any, cast

from legacy_cnn.errors import BenchError
from legacy_cnn.processes.child import INTERPRETER, Child, with_environment


class Worker(Child):
    """A `python -m MODULE` that replies to requests; a context manager."""

    def __init__(
        self,
        name: str,
        module: str,
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        *,
        interpreter: Sequence[str] = INTERPRETER,
    ) -> None:
        """Starts the process.

        Args:
          name: what it is called in messages.
          module: what to run, or the path of a .py file for a Python that lacks this package.
          arguments: of its command line.
          environment: what it has besides this process's environment.
          interpreter: the Python that runs.
        """
        self.name = name
        self.started = time.monotonic()
        program = (module,) if module.endswith(".py") else ("-m", module)
        super().__init__(
            (*program, *arguments),
            environment=with_environment(environment or {}),
            pipes=True,
            interpreter=interpreter,
        )
        self._requests = cast(IO[str], self.process.stdin)
        self._replies = cast(IO[str], self.process.stdout)

    def ask(self, **request: Any) -> dict[str, Any]:
        """Sends a request and returns the reply to it."""
        try:
            self._requests.write(json.dumps(request) + "\n")
            self._requests.flush()
        except BrokenPipeError as error:
            raise self._stopped() from error
        return self.reply()

    def reply(self) -> dict[str, Any]:
        """Returns the next reply.

        Raises:
          BenchError: the process has ended.
        """
        line = self._replies.readline()
        if not line:
            raise self._stopped()
        reply: dict[str, Any] = json.loads(line)
        return reply

    def _stopped(self) -> BenchError:
        return BenchError(f"{self.name} stopped: {self.failure() or 'exit status 0'}")


def reply_of(
    name: str, module: str, *arguments: str, environment: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The single reply of a process that is asked nothing."""
    with Worker(name, module, arguments, environment) as worker:
        return worker.reply()
