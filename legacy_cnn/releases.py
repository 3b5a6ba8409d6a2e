"""The releases of TensorFlow that the listing ran on, and what differs between them: one table.

Up to TensorFlow 1.15, an operation that draws random numbers took two seeds: the graph's, which
`tf.set_random_seed` sets, and its own, which was **the number of operations in the graph so far**.
Later releases count the random operations instead. With equal seeds, uniform numbers, and so the
dropout masks, have had the same bits since 0.12; normal numbers, and so the initial weights, since
1.3. Neither TensorFlow nor NumPy is needed here.
"""

import dataclasses
import enum
import re

from legacy_cnn.errors import unknown_name

#: The op seeds of the listing's initial weights: parameter -> number of operations before its
#: `random_normal`. They are the same in every release of the table.
WEIGHT_SEEDS = {
    "W_conv1": 6,
    "W_conv2": 15,
    "W_fc": 24,
    "out_W": 33,
    "b_conv1": 42,
    "b_conv2": 51,
    "b_fc": 60,
    "out_b": 69,
}


class Loader(enum.Enum):
    """How `input_data` drew its batches. There were three ways."""

    #: The first epoch in the order of the files. What is left at an epoch's end is dropped.
    FILE_ORDER = "file order"
    #: Shuffled from the start, by NumPy's generator as the script has left it.
    UNSEEDED = "unseeded"
    #: Shuffled from the start, by NumPy's generator, which each set seeds again.
    SEEDED = "seeded"


@dataclasses.dataclass(frozen=True, kw_only=True)
class Release:
    """One minor release, and what it did; `originals.packages` has how it is installed."""

    name: str  #: "1.15"
    loader: Loader
    lacks: tuple[str, ...] = ()  #: arguments of 1.15's loader that it did not have
    exact_normal: bool = True  #: whether `random_normal` had today's bits, or up to 5e-7 from them
    dropout_seed: int = 94  #: number of operations before the `random_uniform` of its dropout

    @property
    def loader_seeded(self) -> bool:
        """Whether a graph seed also decides the order of the batches."""
        return self.loader is Loader.SEEDED


_RELEASES = (
    *(
        Release(
            name=name,
            loader=Loader.FILE_ORDER,
            lacks=("shuffle", "seed", "source_url"),
            exact_normal=False,
        )
        for name in ("0.12", "1.0")
    ),
    Release(name="1.1", loader=Loader.UNSEEDED, lacks=("seed", "source_url"), exact_normal=False),
    Release(name="1.2", loader=Loader.SEEDED, lacks=("source_url",), exact_normal=False),
    Release(name="1.3", loader=Loader.SEEDED, lacks=("source_url",)),
    *(Release(name=f"1.{minor}", loader=Loader.SEEDED) for minor in range(4, 13)),
    # Its dropout computed the keep probability from the rate first.
    Release(name="1.13", loader=Loader.SEEDED, dropout_seed=96),
    *(Release(name=f"1.{minor}", loader=Loader.SEEDED) for minor in (14, 15)),
)

#: Name -> release, oldest first.
RELEASES = {release.name: release for release in _RELEASES}


def find(name: str) -> Release:
    """Returns the release of a name, "1.15" or "1.15.5".

    Raises:
      UsageError: it is not in the table.
    """
    release = RELEASES.get(minor(name)) if isinstance(name, str) else None
    if release is None:
        known = [*RELEASES, "or a version such as 1.15.5"]
        raise unknown_name("release", name, known, "release")
    return release


def minor(version: str) -> str:
    """The minor release of a version: "1.15" of "1.15.5"; other texts stay as they are."""
    numbers = re.fullmatch(r"([0-9]+\.[0-9]+)\.[0-9]+", version)
    return numbers[1] if numbers else version
