"""Types of the arrays that a comparison passes around."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

#: An array of any type.
Array = NDArray[Any]

#: Dict from a name to an array.
Arrays = dict[str, Array]

#: Dict from a parameter, or from (slot, parameter), to its value.
State = dict[Any, Array]

#: Images, one-hot labels and dropout noise of a step.
Batch = tuple[NDArray[np.float32], NDArray[Any], NDArray[np.float32]]
