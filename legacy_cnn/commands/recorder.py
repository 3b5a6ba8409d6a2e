"""`legacy-cnn recorder`: prints the file that records a TensorFlow 1 script where it still runs."""

import argparse
import sys
from pathlib import Path

import legacy_cnn
from legacy_cnn.commandline import options

HELP = "print the recorder for an old environment"
DESCRIPTION = """Prints record_tf1.py, one file that needs only Python 2.7 or 3, TensorFlow 0.12 to
1.15 and NumPy. In the old environment, `python record_tf1.py --steps 30 SCRIPT` runs a script
unmodified and writes trace.npz, which `legacy-cnn replay` reads here."""
EPILOG = "legacy-cnn recorder > record_tf1.py"


def add_options(parser: options.CommandParser) -> None:
    """There are none."""


def run(arguments: argparse.Namespace) -> None:
    source = Path(legacy_cnn.__file__).with_name("originals") / "recorder.py"
    sys.stdout.write(source.read_text("utf-8"))
