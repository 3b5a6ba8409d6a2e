"""Writes the recorded numbers into the pages that show them.

    python docs/experiments render           rewrites the pages
    python docs/experiments render RUN       records a finished run as train.json first

A page marks the place of a table with `<!-- NAME -->` and `<!-- /NAME -->`. This script writes what
is between them from the recorded JSON files. A test fails if a page is out of date.
"""

import json
import re
from pathlib import Path

from experiments.recorded import RESULTS
from experiments.tables import parity as parity_tables
from experiments.tables import performance as performance_tables
from experiments.tables import run as run_tables
from experiments.tables import study as study_tables

README = RESULTS.parent.parent / "README.md"


def record(run):
    """Joins a run's configuration and results into one file."""
    joined = {
        name: json.loads((Path(run) / f"{name}.json").read_text()) for name in ("config", "results")
    }
    (RESULTS / "train.json").write_text(json.dumps(joined, indent=1) + "\n")


def parity():
    """A comparison, as it was recorded."""
    shown = (RESULTS / "example_port.txt").read_text().rstrip()
    return f"```\n$ legacy-cnn parity example_port:build\n{shown}\n```"


#: Page -> what makes each part of it.
PAGES = {
    README: (run_tables.output, run_tables.setting, performance_tables.speed),
    README.parent / "docs" / "index.md": (run_tables.output,),
    README.parent / "docs" / "how-to" / "reproduce.md": (study_tables.printed,),
    README.parent / "docs" / "results.md": (
        study_tables.recorded_with,
        study_tables.accuracies,
        study_tables.sources,
        study_tables.dropout,
        study_tables.losses,
        study_tables.variants,
        run_tables.table,
        run_tables.setting,
    ),
    README.parent / "docs" / "how-to" / "test-a-port.md": (parity,),
    README.parent / "docs" / "parity.md": (
        parity,
        parity_tables.tolerances,
        parity_tables.drift,
        parity_tables.one_epoch,
        parity_tables.false_alarms,
        parity_tables.mutants,
    ),
    README.parent / "docs" / "performance.md": (
        performance_tables.machine,
        performance_tables.training,
        performance_tables.newer,
        performance_tables.targets,
        performance_tables.floor,
        performance_tables.operations,
        performance_tables.variants,
        performance_tables.alternated,
        performance_tables.newer_variants,
        performance_tables.evaluation,
        performance_tables.loaders,
        performance_tables.starts,
        performance_tables.batches,
        performance_tables.sets,
        performance_tables.memory,
    ),
}


def rendered(path):
    """The page with the text between each pair of marks made anew."""
    page = path.read_text()
    for make in PAGES[path]:
        name = make.__name__
        pattern = re.compile(f"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
        text = make()
        page, count = pattern.subn(lambda match, text=text: f"{match[1]}{text}\n{match[2]}", page)
        if count != 1:
            raise ValueError(f"{path} has {count} pairs of marks called {name}, expected 1.")
    return page


def main(arguments):
    for run in arguments:
        record(run)
    for path in PAGES:
        path.write_text(rendered(path))
