"""What `legacy-cnn run` and `install()` may be told."""

from dataclasses import dataclass
from pathlib import Path


@dataclass
class Options:
    """How an old program is run.

    Attributes:
      release: the release of TensorFlow that the program sees, such as "1.15.5".
      max_steps: ends the program after so many training steps; None lets it end by itself.
      seed: the seed of every graph, of NumPy and of `random`; None leaves them alone.
      headless: whether windows are not opened.
      data_dir: where MNIST is, instead of the directory that the program names.
      timeline: the file for a trace of a training step; None for none.
    """

    release: str = "1.15.5"
    max_steps: int | None = None
    seed: int | None = None
    headless: bool = False
    data_dir: Path | None = None
    timeline: Path | None = None


#: Those of the program that runs.
current = Options()
