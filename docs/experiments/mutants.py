"""Compares every mutant of `tests/mutants` with the tutorial, and records where it was caught.

    python docs/experiments/mutants.py           writes mutants.json (five minutes on two cores)

A mutant is a port with one mistake planted in it, or an equal rewrite of a port; `expected` is
where the mistake is, `found` the first difference that the checker reported. Both are null for a
rewrite, in which there is nothing to find.
"""

import json
import os
import sys
import tempfile
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

HERE = Path(__file__).parent.parent / "results"
TESTS = HERE.parent.parent / "tests"


def record():
    # Not behind this directory, in which this file has the name of what it imports.
    sys.path.insert(0, str(TESTS))
    from conftest import write_set
    from legacy_cnn import mnist
    from mutants import MUTANTS

    with tempfile.TemporaryDirectory() as place:
        files = mnist.load()
        small = write_set(
            Path(place),
            files.train_images[:640],
            files.train_labels[:640],
            files.test_images[:200],
            files.test_labels[:200],
        )
        recorded = [row(mutant, small) for mutant in MUTANTS]
    (HERE / "mutants.json").write_text(json.dumps(recorded, indent=1) + "\n")


def row(mutant, data_dir):
    """What was expected of a mutant, and what was found."""
    from legacy_cnn.errors import ParityError
    from mutants import compared

    try:
        first = compared(mutant, data_dir).first
        found = first and {
            "rung": first[0].name,
            "tensor": first[1].tensor,
            "origin": first[1].origin,
            "cause": first[1].cause,
        }
    except ParityError as error:
        found = {"error": str(error)}
    print(mutant.name, found, file=sys.stderr)
    return {
        "name": mutant.name,
        "what": mutant.what,
        "expected": mutant.rung and {"rung": mutant.rung, "tensor": mutant.tensor},
        "found": found,
    }


if __name__ == "__main__":
    record()
