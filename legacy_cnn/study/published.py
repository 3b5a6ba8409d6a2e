"""Other people's runs of this program, from published.json."""

import json
from importlib import resources

from legacy_cnn.results.jsonvalues import from_json
from legacy_cnn.results.study import PublishedRun


def published_runs() -> tuple[PublishedRun, ...]:
    """Returns the published runs, in the order of the file."""
    text = resources.files(__package__).joinpath("published.json").read_text("utf-8")
    return from_json(json.loads(text), tuple[PublishedRun, ...], "published.json")
