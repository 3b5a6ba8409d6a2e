"""`legacy-cnn replay`: whether today's TensorFlow computes what an old one did."""

import argparse

from legacy_cnn.commandline import options
from legacy_cnn.commandline.output import print_result
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "replay a recorded TensorFlow 1 script"
DESCRIPTION = """Replays the steps of a trace that record_tf1.py (see `legacy-cnn recorder`) has
written: each step from its own recorded state, with what was fed, drawn and delivered. Shows how
far what was fetched, the variables and the tensors on the way lie from the recording."""
EPILOG = """Exit status: 0 equal to rounding, 1 different, 2 could not be replayed, 3 equal to
rounding as far as it could be compared."""
FAILED = 2
INCOMPLETE = 3


def add_options(parser: options.CommandParser) -> None:
    parser.add_argument("trace", metavar="TRACE", help="the .npz file that record_tf1.py wrote")
    parser.add_json()


def run(arguments: argparse.Namespace) -> int:
    from legacy_cnn.originals.trace import read_trace

    trace = read_trace(arguments.trace)
    import_tensorflow()
    from legacy_cnn import originals, show

    result = originals.replay(trace)
    print_result(arguments, result, show.on_terminal)
    if any(step.failure for step in result.steps):
        return FAILED
    if not result.same:
        return 1
    return 0 if result.complete else INCOMPLETE
