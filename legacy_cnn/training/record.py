"""What a run writes down about itself, so that it can be repeated and believed."""

import dataclasses
import datetime
import hashlib
import os
import sys

from legacy_cnn import provenance, vocabulary
from legacy_cnn.errors import RunError, UsageError
from legacy_cnn.settings import Settings
from legacy_cnn.training import randomness

#: Parts of config.json that decide a result besides its settings and data.
GROUND = ("versions", "machine")


def configuration(settings, files):
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


def settings_to_resume(config, given, run):
    """The settings a run goes on with.

    Args:
      config: its config.json.
      given: dict of the settings asked for now; only "epochs" may differ from the run's own.
      run: the `RunDirectory`, for messages.

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
                f"{name} {value} differs from the {getattr(settings, name)} that "
                f"{run.path} was begun with; a resumed run keeps its settings "
                f"(only epochs may change).",
                name,
                "epochs",
            )
    return dataclasses.replace(settings, epochs=given.get("epochs", settings.epochs))


def check_same_ground(before, now, run, warn):
    """Refuses other data, and warns of another version or machine, before a run goes on."""
    try:
        same_data = before["data"]["sha256"] == now["data"]["sha256"]
        ground = [
            (name, before[part].get(name), value)
            for part in GROUND
            for name, value in now[part].items()
        ]
        gone_on(before, now)
    except (KeyError, TypeError, AttributeError) as error:
        raise _not_of_a_run(run, error) from error
    if not same_data:
        raise RunError(f"The data differ from those {run.path} was begun with.")
    for name, then, value in ground:
        if then != value:
            warn(
                f"{run.path} was begun with {name} {then}, this is {value}: "
                f"the result may differ in the last bits from an uninterrupted run's."
            )


def gone_on(before, now):
    """config.json of a run that goes on: its own, with the settings of now, and with the versions
    and the machine of now where they are not what it was last brought forward with."""
    ground = {part: now[part] for part in GROUND}
    grounds = [*before.get("gone_on_with", ())]
    if ground != {part: (grounds or [before])[-1][part] for part in GROUND}:
        grounds.append(ground)
    kept = {"gone_on_with": grounds} if grounds else {}
    return {**before, "settings": now["settings"], **kept}


def _not_of_a_run(run, error):
    return RunError(f"{run.path}/config.json is not that of a run ({error}).")


def weights_digest(weights):
    """SHA-256, in hexadecimal, of all weights in the order of the vocabulary."""
    sha256 = hashlib.sha256()
    for name in vocabulary.PARAMETERS:
        sha256.update(weights[name])
    return sha256.hexdigest()
