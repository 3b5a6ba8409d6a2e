"""The settings in which correct ports are compared with the graph."""

import itertools
from collections.abc import Iterator, Sequence
from typing import TypedDict


class Ground(TypedDict):
    """A run: a port and a graph that are both correct, on certain threads and kernels."""

    seed: int
    port: str
    session_threads: int  #: of the graph's session
    process_threads: int  #: of the port
    onednn: str  #: TF_ENABLE_ONEDNN_OPTS


def grounds(ports: Sequence[str], runs: int) -> Iterator[Ground]:
    """Yields the ground of each run.

    Args:
      ports: names of the ports.
      runs: number of runs, whose seeds count from 0. Every port is on every one of the eight
        combinations of threads and kernels after 8 * len(ports) runs.
    """
    combinations = itertools.cycle(itertools.product((1, 2), (2, 1), ("1", "0")))
    for seed, (session, process, onednn) in zip(range(runs), combinations, strict=False):
        # Shifted after each round, so that a port does not always have the same combinations.
        port = ports[(seed + seed // 8) % len(ports)]
        yield Ground(
            seed=seed,
            port=port,
            session_threads=session,
            process_threads=process,
            onednn=onednn,
        )


def environment(ground: Ground) -> dict[str, str]:
    """The environment variables of the process that computes a run."""
    return {"TF_ENABLE_ONEDNN_OPTS": ground["onednn"]}
