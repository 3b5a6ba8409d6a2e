"""The data of a port: the function that loads them, and what is known of them."""

import dataclasses

from legacy_cnn.parity.arrays import Array
from legacy_cnn.porting.writing.lines import Line


@dataclasses.dataclass
class Data:
    """What `load_data` returns."""

    definitions: list[list[Line]]  #: functions, `load_data` the first
    batch_size: int | None = None
    examples: int = 0  #: for training
    is_whole: bool = True  #: whether these are all that the script has
    has_test: bool = False  #: whether it returns pairs, for training and for a test
    has_validation: bool = False  #: whether a pair for validation is between these
    shuffles: bool = True
    #: The function `with_noise`, which adds what is drawn for each batch; None without.
    noise: list[Line] | None = None
    has_several: bool = False  #: whether inputs or labels are several arrays
    takes_labels: bool = False  #: whether labels are among the inputs
    #: Arrays of a file beside the port.
    arrays: dict[str, Array] = dataclasses.field(default_factory=dict)
