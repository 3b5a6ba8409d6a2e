"""Records what the lab's graph answers to a dozen digits, for the page of the site."""

import argparse
import json

from experiments.support import recorded

HELP = "record what the lab answers, for its page on the site"
WRITES = ("lab.json",)
TAKES = "ten minutes"


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    from experiments.support.lab import answers
    from legacy_cnn import files

    # In one line: a page loads it.
    text = json.dumps(answers(arguments.quick), separators=(",", ":"), allow_nan=False)
    files.write_text(recorded.target(arguments, "lab.json"), text + "\n")
