"""The machine's limits: how fast it multiplies matrices and copies memory.

python -m legacy_cnn.bench.machine THREADS
"""

import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from legacy_cnn.processes.child import run_to_end
from legacy_cnn.processes.conversation import Conversation, use_cores

SIDE = 2048  # of the matrices
BYTES = 2**28  # of the arrays; more than any cache
TRIES = 8


def multiplications() -> dict[str, float]:
    """Floating-point operations a second of a float32 product of matrices, by library."""
    import tensorflow as tf

    left, right = np.random.default_rng(0).random((2, SIDE, SIDE), np.float32)
    tensors = tf.constant(left), tf.constant(right)
    flop = 2 * SIDE**3
    return {
        "numpy": flop / _fastest(lambda: left @ right),
        "tensorflow": flop / _fastest(lambda: tf.matmul(*tensors).numpy()),
    }


def copying(threads: int) -> float:
    """Bytes a second, read and written, of a copy by `threads` threads."""
    parts = [np.ones((2, BYTES // 2 // threads), np.uint8) for _ in range(threads)]
    with ThreadPoolExecutor(threads) as pool:
        seconds = _fastest(lambda: list(pool.map(lambda pair: np.copyto(pair[0], pair[1]), parts)))
    return BYTES / seconds


def onednn_by_default() -> bool:
    """Whether TensorFlow itself enables oneDNN's kernels on this machine; only its log says so."""
    settings = {"TF_ENABLE_ONEDNN_OPTS", "TF_CPP_MIN_LOG_LEVEL"}
    environment = {name: value for name, value in os.environ.items() if name not in settings}
    notes = run_to_end(("-c", "import tensorflow"), environment)
    return "oneDNN custom operations are on" in notes


def _fastest(work: Callable[[], object]) -> float:
    """Seconds of the fastest of some tries."""
    seconds = []
    for _ in range(TRIES):
        started = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - started)
    return min(seconds)


if __name__ == "__main__":
    use_cores(int(sys.argv[1]))
    Conversation().reply(flop_rate=multiplications(), byte_rate=copying(int(sys.argv[1])))
