"""What optimizers keep beside each weight, and what they call it, in TensorFlow 1 and in Keras."""

import re
from collections.abc import Mapping, Sequence

#: Ends of the names that `tf.train` gives its slots -> slot, where no operation of an update says
#: which it is. Other optimizers have one kind of slot, or the same ends for several kinds.
TENSORFLOW = {"Adam": "m", "Adam_1": "v"}

#: Slot -> what Keras calls it.
KERAS = {
    "m": ("momentum",),
    "v": ("velocity", "norm"),
    "momentum": ("momentum",),
    "accumulator": ("accumulator", "accumulated_grad"),
    "delta": ("accumulated_delta_var",),
    "mean square": ("velocity",),
    "mean gradient": ("average_gradient",),
    "linear": ("linear",),
}

#: What `tf.train.ExponentialMovingAverage` calls its variables.
AVERAGE = "ExponentialMovingAverage"

#: Scalars that optimizers keep, and the slots in checkpoints of TensorFlow 2.
_OTHERS = re.compile(r"(^|/)(beta[12]_power|global_step)(_\d+)?$|/\.OPTIMIZER_SLOT/")


def weights_among(shapes: Mapping[str, Sequence[int]]) -> list[str]:
    """The arrays of a checkpoint, by name and shape, that are no slots, averages and counters.

    Each optimizer of `tf.train` names a slot after its variable and itself, and its user may have
    given it any name: `conv1/kernel/Adam_1`, `conv1/kernel/my_momentum`. All have the variable's
    shape.
    """

    def belongs(name: str) -> bool:
        parts = name.split("/")
        owners = ("/".join(parts[:at]) for at in range(1, len(parts)))
        return any(owner in shapes and shapes[owner] == shapes[name] for owner in owners)

    return [name for name in shapes if not belongs(name) and not _OTHERS.search(name)]
