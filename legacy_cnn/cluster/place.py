"""Where the processes of a cluster are, and which of them this one is."""

import dataclasses
import json
import os
import re
from collections.abc import Mapping
from typing import Any, Self

from legacy_cnn.errors import UsageError
from legacy_cnn.settings import Settings

JOBS = ("ps", "worker")

#: Seconds without any progress after which a process gives up.
PATIENCE = 60.0
#: A week.
MOST_PATIENT = 7 * 24 * 60 * 60
#: Times as long it waits for others before it has seen anything of them.
BEGINNING = 5

#: A TF_CONFIG.
EXAMPLE = (
    '{"cluster": {"ps": ["a:2222"], "worker": ["b:2222"]}, "task": {"type": "ps", "index": 0}}'
)

#: What reading JSON that is no TF_CONFIG raises.
_NOT_A_CONFIG = (LookupError, TypeError, AttributeError)

_ADDRESS = re.compile(r"([\w.-]+|\[[0-9a-fA-F:.]+\]):(?P<port>[0-9]{1,5})")


@dataclasses.dataclass(frozen=True)
class Place:
    """A process of a cluster; worker 0 is the chief, which has the run directory."""

    ps: tuple[str, ...]  #: HOST:PORT of each parameter server, which hold the variables
    workers: tuple[str, ...]  #: HOST:PORT of each worker
    job: str  #: one of `JOBS`
    task: int  #: the number of its address, from 0
    patience: float = PATIENCE  #: seconds without any progress after which it gives up
    are_there: bool = False  #: whether the other processes have been seen at work

    def __post_init__(self) -> None:
        for job, addresses in self.spec().items():
            if not addresses:
                raise UsageError(f"cluster names no {job}; it needs one at least.", "cluster")
            for address in addresses:
                if not is_address(address):
                    raise UsageError(
                        f"cluster has {address!r}, expected HOST:PORT with a port from 1 to 65535.",
                        "cluster",
                    )
        if len({*self.ps, *self.workers}) < len(self.ps) + len(self.workers):
            raise UsageError("cluster names an address twice.", "cluster")
        if self.job not in JOBS:
            raise UsageError(f"job must be ps or worker, not {self.job!r}.", "job")
        most = len(self.spec()[self.job]) - 1
        if not 0 <= self.task <= most:
            raise UsageError(f"task must be from 0 to {most}, not {self.task}.", "task")
        if not 0 < self.patience <= MOST_PATIENT:
            raise UsageError(
                f"patience must be above 0 and at most {MOST_PATIENT}, not {self.patience:g}.",
                "patience",
            )

    @classmethod
    def of(cls, addresses: str, job: str | None, task: int | None, patience: float) -> Self:
        """Reads what the command line names.

        Args:
          addresses: "ps=HOST:PORT,worker=HOST:PORT,worker=HOST:PORT", or TF_CONFIG for the
            environment variable of that name.
          job, task: which of them this process is; None and None is as TF_CONFIG says.
          patience: seconds.

        Raises:
          UsageError: they name no cluster, or no process of it.
        """
        if addresses == "TF_CONFIG":
            jobs, own = _from_environment(is_own := job is None and task is None)
            job, task = own if is_own else (job, task)
        else:
            jobs = _listed(addresses)
        if job is None or task is None:
            raise UsageError("cluster needs job and task too.", "cluster", "job", "task")
        return cls(tuple(jobs["ps"]), tuple(jobs["worker"]), job, task, patience)

    @property
    def beginning(self) -> float:
        """Seconds that it waits for others, which may not have been started yet."""
        return self.patience if self.are_there else BEGINNING * self.patience

    @property
    def is_chief(self) -> bool:
        return (self.job, self.task) == ("worker", 0)

    @property
    def device(self) -> str:
        """TensorFlow's name of this process."""
        return f"/job:{self.job}/task:{self.task}"

    def spec(self) -> dict[str, list[str]]:
        """What `tf.train.ClusterSpec` takes."""
        return {"ps": [*self.ps], "worker": [*self.workers]}

    def words(self) -> str:
        """The addresses as `of` reads them."""
        return ",".join(f"{job}={one}" for job, all_ in self.spec().items() for one in all_)


def check(settings: Settings, workers: int, asynchronous: bool) -> None:
    """Raises UsageError if so many workers cannot train with the settings."""
    if settings.implementation != "graph":
        raise UsageError("implementation must be graph on a cluster.", "implementation")
    if settings.batch_size < workers and not asynchronous:
        raise UsageError(
            f"batch_size {settings.batch_size} is below the number of workers, {workers}.",
            "batch_size",
        )


def is_address(text: str) -> bool:
    """Whether a text is HOST:PORT, of a name or of an IP address."""
    match = _ADDRESS.fullmatch(text)
    return match is not None and 0 < int(match["port"]) < 2**16


def _listed(addresses: str) -> dict[str, list[str]]:
    jobs: dict[str, list[str]] = {job: [] for job in JOBS}
    for item in addresses.split(","):
        job, _, address = item.partition("=")
        if job not in jobs:
            raise UsageError(
                f"cluster must be ps=HOST:PORT,worker=HOST:PORT,..., or TF_CONFIG, not "
                f"{addresses!r}.",
                "cluster",
            )
        jobs[job].append(address)
    return jobs


def _from_environment(is_own: bool) -> tuple[dict[str, list[str]], tuple[str | None, int | None]]:
    """The jobs in TF_CONFIG, and its task, which is this process's own; a chief is a worker."""
    config = _config()
    try:
        cluster, own = config["cluster"], config.get("task", {})
        chiefs = _strings(cluster, "chief") or _strings(cluster, "master")
        jobs = {"ps": _strings(cluster, "ps"), "worker": chiefs + _strings(cluster, "worker")}
        job, task = own.get("type"), own.get("index")
        task = None if task is None else _index(task)
        known = len(_strings(cluster, job or ""))
    except _NOT_A_CONFIG as error:
        raise UsageError(f"The environment variable TF_CONFIG must be like {EXAMPLE}.") from error
    if is_own and job is not None and task is not None and not 0 <= task < known:
        raise UsageError(f"cluster has no {job} {task} in TF_CONFIG, which is its task.", "cluster")
    if job in ("chief", "master"):
        job = "worker"
    elif job == "worker" and task is not None:
        task += len(chiefs)
    return jobs, (job, task)


def _config() -> Any:
    if "TF_CONFIG" not in os.environ:
        raise UsageError(
            "cluster TF_CONFIG reads the environment variable TF_CONFIG, which is not set.",
            "cluster",
        )
    try:
        return json.loads(os.environ["TF_CONFIG"])
    except (ValueError, RecursionError) as error:
        raise UsageError(f"The environment variable TF_CONFIG is not JSON: {error}.") from error


def _index(value: Any) -> int:
    """A task's number, which some programs wrote as a text."""
    if isinstance(value, str) and re.fullmatch("[0-9]{1,9}", value):
        return int(value)
    if type(value) is not int:
        raise TypeError(value)
    return value


def _strings(cluster: Mapping[str, Any], job: str) -> list[str]:
    addresses = cluster.get(job, [])
    if not isinstance(addresses, list) or not all(isinstance(one, str) for one in addresses):
        raise TypeError(job)
    return [*addresses]
