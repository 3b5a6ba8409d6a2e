"""What a cluster on this machine needs: each part of a step by itself, and whole steps."""

import contextlib
import functools
import statistics
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow.compat.v1 as tf

from experiments.support import scaling_processes
from experiments.support.cluster_runs import inputs_of, places
from experiments.support.scaling_processes import Figures, loopback, timed, used
from legacy_cnn import mnist, randomness
from legacy_cnn.cluster import board, connection, following
from legacy_cnn.cluster.place import Place
from legacy_cnn.cluster.synchronous import Synchronous
from legacy_cnn.programs.program import Inputs
from legacy_cnn.settings import Settings
from legacy_cnn.training.runs import options_of

if TYPE_CHECKING:
    from collections.abc import Callable

PS = "/job:ps/task:0"


def measured(workers: int, repeats: int, steps: int) -> dict[str, Any]:
    """The figures of each part, and of whole steps, of a cluster with so many workers."""
    settings = Settings(threads=1)
    ps, others = places(workers, scaling_processes.PATIENCE)
    with contextlib.ExitStack() as processes:
        number = processes.enter_context(scaling_processes.started(ps))
        target = connection.start(others[0], 1)
        with begun(settings, others[0], target) as chief:
            inputs = inputs_of(settings)
            found = chief.parts(next(inputs), repeats, number)
            if workers == 1:
                found += wires(others[0], target, chief.size(), repeats, number)
            followers = map(scaling_processes.started, others[1:])
            more = [processes.enter_context(one) for one in followers]
            whole = whole_steps(chief, inputs, steps, [number, *more])
            crossing = chief.crossing()
    found.append({"part": "whole", "of": workers, **whole})
    return {"of": workers, "parts": found, "crossing": crossing}


@contextlib.contextmanager
def begun(settings: Settings, place: Place, target: str) -> "Iterator[Chief]":
    """The chief of a run of which no step has been taken."""
    told = following.told_of(settings, place, mnist.load().digests, False)
    with Chief(options_of(settings), place, target, told) as chief:
        chief.initialise(randomness.initial_weights(settings.seed))
        chief.begin(0, lambda done: done + 1, lambda: False)
        yield chief


class Chief(Synchronous):
    """A chief whose step can be taken apart."""

    def parts(self, inputs: Inputs, repeats: int, ps: int) -> list[dict[str, Any]]:
        """Figures of what the chief does in a step, while no other worker runs."""
        token, workers = self.next_token(), len(self._place.workers)
        gradients, _, _ = self.gathered(len(inputs.images))
        averaged = [tensor.op for tensor in self._averaged]
        rows = {self._rows: np.ones(workers, np.float32)}
        calls: dict[str, Callable[[], object]] = {
            "contribute": lambda: self.contribute(token, inputs),
            "average": lambda: self._session.run(averaged, rows),
            "gather": lambda: self.gathered(len(inputs.images)),
            "apply": lambda: self.apply(gradients),
            "look": self.news,
            "publish": lambda: self._publish(token),
        }
        return [
            {"part": name, "of": workers, **timed(call, repeats, ps)}
            for name, call in calls.items()
        ]

    def size(self) -> int:
        """Bytes of all weights."""
        return sum(value.nbytes for value in self.weights().values())

    def crossing(self) -> dict[str, list[int]]:
        """Bytes from the parameter server, and to it, in each run of a chief's step.

        What is fetched leaves the server, and what is fed comes from the chief.
        """
        mean = sum(map(bytes_of, self._averaged))
        fed = list(self.gradients.values())
        return {
            "contribute": crossing([self._give], []),
            "gather": [mean + sum(map(bytes_of, self._counts)), bytes_of(self._rows)],
            "apply": crossing([self._ends.optimizer], fed),
        }


def crossing(wanted: list[tf.Operation], fed: list[tf.Tensor]) -> list[int]:
    """Bytes of the tensors of a run that leave the server, and that come to it.

    Args:
      wanted: operations that are run.
      fed: tensors behind which nothing is run.
    """
    tensors, seen, left = set[Any](), set[tf.Operation](), [*wanted]
    known = {tensor.ref() for tensor in fed}
    while left:
        op = left.pop()
        if op in seen:
            continue
        seen.add(op)
        inputs = [one for one in op.inputs if one.dtype != tf.resource]
        tensors |= {(one.ref(), device_of(one.op), device_of(op)) for one in inputs}
        left += [one.op for one in inputs if one.ref() not in known] + [*op.control_inputs]
    pairs = [(bytes_of(ref.deref()), source, end) for ref, source, end in tensors if source != end]
    return [
        sum(size for size, source, _ in pairs if source == PS),
        sum(size for size, _, end in pairs if end == PS),
    ]


def device_of(op: tf.Operation) -> str:
    """Where an operation runs: with its variable, if it has one."""
    handles = [one.op for one in op.inputs if one.dtype == tf.resource]
    return str((handles or [op])[0].device)


def bytes_of(tensor: tf.Tensor) -> int:
    count = tensor.shape.num_elements()
    return int(count or 1) * int(tensor.dtype.size)


def wires(place: Place, target: str, size: int, repeats: int, ps: int) -> list[dict[str, Any]]:
    """Figures of transfers between this worker and the server: of all weights, and of nothing."""
    with tf.Graph().as_default() as graph:
        runs = {name: _transfers(place, count) for name, count in (("", size // 4), ("0", 1))}
        begin = tf.variables_initializer(graph.get_collection(board.COLLECTION))
    session = connection.Session(graph, place, target)
    session.run(begin)
    calls = {"message": runs["0"][0], "pull": runs[""][0], "push": runs[""][1]}
    found = [
        {"part": name, "of": 0, **timed(functools.partial(session.run, op), repeats, ps)}
        for name, op in calls.items()
    ]
    session.close()
    return found


def _transfers(place: Place, count: int) -> tuple[tf.Operation, tf.Operation]:
    """Operations that bring so many floats to the worker, and to the server."""
    with tf.device(PS):
        there = board.variable(f"there_{count}", tf.zeros([count]))
        value = there.read_value()
    with tf.device(place.device):
        here = board.variable(f"here_{count}", tf.zeros([count]))
        pull = tf.identity(value).op
        given = here.read_value()
    with tf.device(PS):
        push = there.assign(given, read_value=False)
    return pull, push


def whole_steps(chief: Chief, inputs: Iterator[Inputs], steps: int, others: list[int]) -> Figures:
    """Median wall time of steps, their processor time everywhere, and bytes on loopback."""
    for _ in range(scaling_processes.WARM):
        chief.step(*next(inputs))
    own, theirs, carried, seconds = time.process_time(), used(others), loopback(), []
    for _ in range(steps):
        began = time.perf_counter()
        chief.step(*next(inputs))
        seconds.append(time.perf_counter() - began)
    cpu = time.process_time() - own + used(others) - theirs
    return {
        "seconds": statistics.median(seconds),
        "cpu": cpu / steps,
        "loopback": (loopback() - carried) / steps,
    }


def placed(servers: int) -> list[int]:
    """Bytes of the weights that each of so many parameter servers has."""
    from legacy_cnn import tutorial

    spec = tf.train.ClusterSpec({"ps": ["a:1"] * servers, "worker": ["b:1"]})
    with tf.Graph().as_default(), tf.device(tf.train.replica_device_setter(cluster=spec)):
        tutorial.build_graph()
        weights = tf.trainable_variables()
    held = {f"/job:ps/task:{number}": 0 for number in range(servers)}
    for one in weights:
        held[one.device] += int(one.shape.num_elements() or 0) * int(one.dtype.size)
    return [*held.values()]
