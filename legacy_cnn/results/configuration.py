"""config.json of a run: what decides its result, and where it was computed."""

import dataclasses
from typing import Any

from legacy_cnn.results import jsonvalues

#: Parts that describe where a run was computed; each time it was resumed elsewhere adds another.
ENVIRONMENT = ("versions", "machine")


@dataclasses.dataclass(frozen=True)
class Data:
    """The data set."""

    sha256: dict[str, str]  #: file -> SHA-256 of its uncompressed content, in hexadecimal
    name: str | None = None  #: of a published set; None for others


@dataclasses.dataclass(frozen=True)
class Environment:
    """What a run was computed with."""

    versions: dict[str, str]  #: package -> version
    machine: dict[str, str | int | None]
    host: str = ""  #: the machine's name in its network


@dataclasses.dataclass(frozen=True)
class Configuration:
    """The content of a config.json."""

    settings: dict[str, Any]  #: of `Settings`, which checks them
    data: Data
    versions: dict[str, str]
    machine: dict[str, str | int | None]
    host: str = ""  #: the machine's name in its network
    generator: str = ""  #: what drew the random numbers
    command: tuple[str, ...] = ()
    started: str = ""  #: date and time, as ISO 8601 has them
    resumed_with: tuple[Environment, ...] = ()


def check_config(config: Any) -> None:
    """Checks that a config.json has all parts; `Settings` checks the settings.

    Args:
      config: what `json.loads` returned.

    Raises:
      ResultError: a part is missing, unknown, or of another type.
    """
    jsonvalues.from_json(config, Configuration, "config")
