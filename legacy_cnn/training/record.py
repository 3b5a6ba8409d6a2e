"""What a run records about itself, so that it can be repeated and trusted."""

import datetime
import hashlib
import os
import platform
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from legacy_cnn import provenance, vocabulary
from legacy_cnn.errors import RunError, UsageError
from legacy_cnn.escaping import without_passwords
from legacy_cnn.mnist import Mnist
from legacy_cnn.programs.program import Values
from legacy_cnn.results import jsonvalues
from legacy_cnn.results.configuration import ENVIRONMENT
from legacy_cnn.rundir import RunDirectory
from legacy_cnn.settings import Settings
from legacy_cnn.training.draws import draws_of

#: The content of a config.json.
Config = dict[str, Any]


def configuration(settings: Settings, files: Mnist, cluster: str | None = None) -> Config:
    """Returns the content of config.json: everything that decides the result.

    Args:
      settings: of the run.
      files: its data.
      cluster: what it is trained on, in words; None for this process alone.
    """
    return {
        "settings": jsonvalues.to_json(settings),
        "generator": draws_of(settings).generator,
        "data": {"name": files.name, "sha256": files.digests},
        "versions": provenance.versions(),
        "machine": {
            **provenance.machine(),
            "onednn": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "TensorFlow's default"),
            **({"cluster": cluster} if cluster else {}),
        },
        "host": platform.node(),
        "command": ["legacy-cnn", *map(without_passwords, sys.argv[1:])],
        "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def settings_to_resume(config: Config, changes: dict[str, Any], run: RunDirectory) -> Settings:
    """Returns the settings that a run is resumed with.

    Args:
      config: the content of its config.json, as `RunDirectory.read_config` returns it.
      changes: settings by name; only "epochs" may differ from the run's own.
      run: the run, for messages.

    Raises:
      UsageError: another setting differs, or there is none of that name.
      RunError: a setting in config.json is wrong.
    """
    try:
        own = jsonvalues.to_json(Settings(**config["settings"]))
    except UsageError as error:
        raise run.damaged(error) from error
    settings = Settings(**{**own, **changes})
    for name, value in jsonvalues.to_json(settings).items():
        if name != "epochs" and value != own[name]:
            raise UsageError(
                f"{name} {value} differs from the {own[name]} that {run.path} was "
                f"started with; a resumed run keeps its settings (only epochs may change).",
                name,
                "epochs",
            )
    return settings


def check_environment(
    before: Config, now: Config, run: RunDirectory, warn: Callable[[str], object]
) -> None:
    """Checks data, versions and machine before a run is resumed.

    Raises:
      RunError: the data differ. Of other versions or another machine, `warn` is told.
    """
    if before["data"]["sha256"] != now["data"]["sha256"]:
        raise RunError(f"The data differ from those that {run.path} was started with.")
    for part in ENVIRONMENT:
        for name in {**before[part], **now[part]}:
            then, value = (one[part].get(name) for one in (before, now))
            if then != value:
                warn(
                    f"{run.path} was started with {_named(name, then)} and goes on with "
                    f"{_named(name, value)}: the result may differ from that of an uninterrupted "
                    f"run."
                )


def _named(name: str, value: object) -> str:
    return f"no {name}" if value is None else f"{name} {value}"


def resumed(before: Config, now: Config) -> Config:
    """Returns the content of config.json for a resumed run.

    It has the current settings, and under "resumed_with" every environment that differed from the
    one before it.
    """
    parts = (*ENVIRONMENT, "host")
    environment = {part: now[part] for part in parts}
    environments = [*before.get("resumed_with", ())]
    last = (environments or [before])[-1]
    if environment != {part: last.get(part, "") for part in parts}:
        environments.append(environment)
    changed = {"resumed_with": environments} if environments else {}
    # A file from outside may have NaN, which is not JSON.
    return jsonvalues.to_json({**before, "settings": now["settings"], **changed})


def weights_digest(weights: Values) -> str:
    """Returns the SHA-256, in hexadecimal, of all weights in the order of the vocabulary."""
    sha256 = hashlib.sha256()
    for name in vocabulary.PARAMETERS:
        sha256.update(np.ascontiguousarray(weights[name]).data)
    return sha256.hexdigest()
