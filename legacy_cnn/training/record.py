"""What a run records about itself, so that it can be repeated and trusted."""

import dataclasses
import datetime
import hashlib
import os
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from legacy_cnn import provenance, vocabulary
from legacy_cnn.errors import RunError, UsageError
from legacy_cnn.mnist import Mnist
from legacy_cnn.programs.program import Values
from legacy_cnn.settings import Settings
from legacy_cnn.training import randomness
from legacy_cnn.training.rundir import RunDirectory

#: Parts of config.json that decide a result besides its settings and data.
ENVIRONMENT = ("versions", "machine")

#: The content of a config.json.
Config = dict[str, Any]


def configuration(settings: Settings, files: Mnist) -> Config:
    """The content of config.json: everything that decides the result."""
    return {
        "settings": {
            **dataclasses.asdict(settings),
            "data_dir": settings.data_dir and os.fspath(settings.data_dir),
        },
        "generator": randomness.GENERATOR,
        "data": {"name": files.name, "sha256": files.digests},
        "versions": provenance.versions(),
        "machine": {
            **provenance.machine(),
            "onednn": os.environ.get("TF_ENABLE_ONEDNN_OPTS", "TensorFlow's default"),
        },
        "command": ["legacy-cnn", *sys.argv[1:]],
        "started": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
    }


def settings_to_resume(config: Config, given: dict[str, Any], run: RunDirectory) -> Settings:
    """The settings that a run is resumed with.

    Args:
      config: its config.json.
      given: the settings asked for now; only "epochs" may differ from the run's own.
      run: for messages.

    Raises:
      UsageError: another setting differs.
      RunError: config.json lacks something.
    """
    try:
        settings = Settings(**config["settings"])
    except (KeyError, TypeError, UsageError) as error:
        raise _not_of_a_run(run, error) from error
    for name, value in given.items():
        if name != "epochs" and value != getattr(settings, name):
            raise UsageError(
                f"{name} {value} differs from the {getattr(settings, name)} that {run.path} was "
                f"started with; a resumed run keeps its settings (only epochs may change).",
                name,
                "epochs",
            )
    return dataclasses.replace(settings, epochs=given.get("epochs", settings.epochs))


def check_environment(
    before: Config, now: Config, run: RunDirectory, warn: Callable[[str], object]
) -> None:
    """Refuses other data, and warns of another version or machine, before a run is resumed."""
    try:
        same_data = before["data"]["sha256"] == now["data"]["sha256"]
        compared = [
            (name, before[part].get(name), value)
            for part in ENVIRONMENT
            for name, value in now[part].items()
        ]
        resumed(before, now)
    except (KeyError, TypeError, AttributeError) as error:
        raise _not_of_a_run(run, error) from error
    if not same_data:
        raise RunError(f"The data differ from those that {run.path} was started with.")
    for name, then, value in compared:
        if then != value:
            warn(
                f"{run.path} was started with {name} {then}, this is {value}: "
                f"the result may differ in the last bits from that of an uninterrupted run."
            )


def resumed(before: Config, now: Config) -> Config:
    """config.json of a resumed run: its own with the current settings, and with the current
    versions and machine where they differ from those it was last trained with."""
    environment = {part: now[part] for part in ENVIRONMENT}
    environments = [*before.get("gone_on_with", ())]
    if environment != {part: (environments or [before])[-1][part] for part in ENVIRONMENT}:
        environments.append(environment)
    changed = {"gone_on_with": environments} if environments else {}
    return {**before, "settings": now["settings"], **changed}


def _not_of_a_run(run: RunDirectory, error: Exception) -> RunError:
    return RunError(f"{run.path}/config.json does not describe a run ({error}).")


def weights_digest(weights: Values) -> str:
    """SHA-256, in hexadecimal, of all weights in the order of the vocabulary."""
    sha256 = hashlib.sha256()
    for name in vocabulary.PARAMETERS:
        sha256.update(np.ascontiguousarray(weights[name]).data)
    return sha256.hexdigest()
