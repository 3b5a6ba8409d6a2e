"""The parts that a config.json must have so that its run can be opened and resumed."""

from collections.abc import Iterable
from typing import Any

from legacy_cnn.errors import ResultError
from legacy_cnn.results.jsonvalues import from_json

#: Parts that describe where a run was computed; each time it was resumed elsewhere adds another.
ENVIRONMENT = ("versions", "machine")


def check_config(config: Any) -> None:
    """Checks that a config.json has all parts; `Settings` checks the settings.

    Args:
      config: what `json.loads` returned.

    Raises:
      ResultError: a part is missing, or is not an object.
    """
    _check_objects(config, "config", ("settings", "data", *ENVIRONMENT))
    _check_objects(config["data"], "config.data", ["sha256"])
    place = "config.resumed_with"
    environments = from_json(config.get("resumed_with", []), tuple[Any, ...], place)
    for number, environment in enumerate(environments):
        _check_objects(environment, f"{place}[{number}]", ENVIRONMENT)


def _check_objects(value: Any, place: str, names: Iterable[str]) -> None:
    """Checks that a JSON value is an object, and has an object under each of the names."""
    from_json(value, dict[str, Any], place)
    for name in names:
        if name not in value:
            raise ResultError(f"{place}.{name} is missing, expected an object.")
        from_json(value[name], dict[str, Any], f"{place}.{name}")
