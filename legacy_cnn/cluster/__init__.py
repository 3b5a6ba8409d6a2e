"""The tutorial on a cluster of TensorFlow 1: parameter servers, and workers that share a batch.

Every process is the same program at another place: `place` reads the addresses, `connection`
starts this process's server, `replica` wraps the tutorial's graph, `synchronous` and `asynchronous`
say what workers do with gradients, `board` is what processes tell one another, `chief` trains,
`following` is everybody else, `waiting` bounds every wait, and `here` starts all of it on one
machine.
"""

import os

#: In the environment of processes whose parent has said `OPEN`.
SAID = "LEGACY_CNN_CLUSTER"

#: The warning for whoever starts a cluster.
OPEN = (
    "The servers of TensorFlow ask for no password, and listen on every interface of this machine "
    "whatever their address says: whoever reaches a port can run code. Close them by a firewall, a "
    "container or a network namespace."
)


def is_said() -> bool:
    """Whether another process has said who can reach this one."""
    return SAID in os.environ
