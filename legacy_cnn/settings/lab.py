"""Settings of the lab."""

import dataclasses

from legacy_cnn.declarations import setting
from legacy_cnn.settings import fields
from legacy_cnn.settings.data import DataSettings


@dataclasses.dataclass(frozen=True, kw_only=True)
class LabSettings(DataSettings):
    """Where the lab listens, and for how many."""

    host: str = setting(
        "127.0.0.1",
        metavar="ADDRESS",
        help="address to listen on; with 0.0.0.0, a class reaches the lab over the network, and "
        "enters with the code that is printed",
    )
    port: int = setting(
        8017, at_least=0, at_most=65535, metavar="N", help="port to listen on; 0 takes a free one"
    )
    browsers: int = setting(
        30,
        at_least=1,
        at_most=1000,
        metavar="N",
        help="number of browsers that may have weights of their own, of 39 MB each",
    )
    seed: int = fields.seed()
    threads: int = fields.threads()

    #: Of the tutorial, and of its loader.
    batch_size = 128
    validation_size = 5000
