"""`legacy-cnn parity`: whether a port is the same program as the graph."""

import argparse
import dataclasses
import json
import os
import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from legacy_cnn import files, outside
from legacy_cnn.commandline import failures, options
from legacy_cnn.commandline.output import print_result, progress, say, strict
from legacy_cnn.errors import ParityError, UsageError, UserCodeError
from legacy_cnn.outside.graphfiles import is_program_file
from legacy_cnn.parity.usercode import described_with_place
from legacy_cnn.settings import IMPLEMENTATIONS, ParitySettings
from legacy_cnn.tensorflow_start import import_tensorflow

if TYPE_CHECKING:
    from legacy_cnn.results import Report

HELP = "check whether a port is the same program"
DESCRIPTION = """Compares a port with the tutorial's graph, or with another TensorFlow 1 graph:
weights, layers, dropout, loss, gradients, update, steps of training and predictions. Names the
first tensor that differs, and the mistake where it is a known one. A script or a trace brings its
own batches, and decides their number and size, and what it feeds."""
EPILOG = """Exit status: 0 the same program, 1 different, 2 could not be compared, 3 the same as far
as compared: something that the reference has was not compared, and --except does not leave it
out. If GITHUB_STEP_SUMMARY names a file, a summary is added to it."""
FAILED = 2

#: Verdict -> exit status.
STATUSES = {"same": 0, "different": 1, "same as far as compared": 3}

#: The environment variable with the file to which a job on GitHub may add a summary.
SUMMARY = "GITHUB_STEP_SUMMARY"


def add_options(parser: options.CommandParser) -> None:
    parser.add_argument(
        "candidate",
        metavar="CANDIDATE",
        help=f"the port: an implementation ({', '.join(IMPLEMENTATIONS)}), a .keras, .h5 or .npz "
        "file, the directory of a SavedModel, or module:function or file.py:function, a function "
        "that returns a model",
    )
    parser.add_argument(
        "--reference",
        metavar="GRAPH",
        help="another TensorFlow 1 program: a script X.py, unmodified, which is run for a few "
        'training steps, with arguments if it needs some, "X.py --rate 0.1"; X.meta, X.pb or '
        "X.pbtxt with its checkpoint X; a SavedModel's directory; "
        "a trace X.npz; or module:function or file.py:function, a function that builds a graph "
        "(default: the tutorial's)",
    )
    parser.add_argument(
        "--map",
        dest="mapping",
        metavar="FILE",
        help="JSON file that maps the names of one program to those of the other",
    )
    parser.add_argument(
        "--feeds",
        metavar="FILE",
        help="JSON file with what other placeholders of the reference are fed: an object that "
        "maps each to a pair of values, in training and otherwise",
    )
    parser.add_argument(
        "--batches",
        dest="data",
        metavar="DATA",
        help='what to train and test on: an .npz file with the arrays "images" and "labels" (or '
        '"x" and "y"), or module:function, a function that returns them '
        "(default: those of a script or trace; MNIST where the reference takes it; otherwise drawn "
        "from --seed)",
    )
    parser.add_argument(
        "--suggest-map",
        action="store_true",
        help="print the names that were found in the reference, as a file for --map, and compare "
        "nothing",
    )
    parser.add_argument(
        "--weights",
        metavar="FILE",
        help="run directory or file with the initial weights (default: those of a script or trace; "
        "otherwise drawn from --seed)",
    )
    parser.add_settings(ParitySettings)
    parser.add_json()
    parser.add_html("it")
    parser.add_argument(
        "--junit", metavar="FILE", help="also write a JUnit report with a test case for each rung"
    )


def takes_graphs(arguments: argparse.Namespace) -> bool:
    names = filter(None, (arguments.candidate, arguments.reference))
    return not getattr(arguments, "trust", None) and any(map(is_program_file, names))


def run(arguments: argparse.Namespace) -> int:
    given = options.given(arguments, ParitySettings)
    settings = ParitySettings(**given)
    if arguments.html:
        from legacy_cnn.show import figures

        figures.require("html")  # before the comparison begins
        files.check(arguments.html)
    if arguments.junit:
        files.check(arguments.junit)
    if arguments.suggest_map:
        print(_suggested(arguments, settings))
        return 0
    try:
        report = _compared(arguments, settings, given)
    except UsageError:
        raise
    except KeyboardInterrupt as error:
        if error.args:  # the number of a signal
            raise
        raise UserCodeError(f"The program was ended by {described_with_place(error)}") from error
    except Exception as error:
        _record_error(arguments, failures.sentence(error, arguments.parser.flags))
        raise
    _record(arguments, report)
    return STATUSES[report.verdict]


def _suggested(arguments: argparse.Namespace, settings: ParitySettings) -> str:
    """The names of the reference, as JSON that `--map` takes."""
    import_tensorflow()
    from legacy_cnn.parity import Mapping
    from legacy_cnn.parity.given import read_feeds
    from legacy_cnn.parity.references import open_reference
    from legacy_cnn.programs import permitted

    sys.path.insert(0, os.getcwd())  # module:function is the user's own

    mapping = Mapping.read(arguments.mapping) if arguments.mapping else Mapping()
    feeds = read_feeds(arguments.feeds) if arguments.feeds else None
    with (
        permitted.trusting(settings.trust),
        open_reference(
            arguments.reference, mapping.reference, settings.keep_prob, settings.threads, feeds
        ) as reference,
    ):
        names = dataclasses.asdict(reference.names)
    found = {key: value for key, value in names.items() if value}
    return json.dumps(strict({"reference": found, "candidate": mapping.candidate}), indent=2)


def _compared(
    arguments: argparse.Namespace, settings: ParitySettings, given: Mapping[str, Any]
) -> "Report":
    import_tensorflow()
    from legacy_cnn import parity
    from legacy_cnn.parity.given import read_data, read_feeds
    from legacy_cnn.parity.ladder import compare  # and Keras, before a keras.py of the user's
    from legacy_cnn.threads import use_threads

    sys.path.insert(0, os.getcwd())  # module:function is the user's own
    use_threads(settings.threads)
    mapping = parity.Mapping.read(arguments.mapping) if arguments.mapping else None
    with progress("opening both programs") as watch:
        return compare(
            arguments.candidate,
            reference=arguments.reference,
            mapping=mapping,
            weights=arguments.weights,
            data=read_data(arguments.data) if arguments.data else None,
            feeds=read_feeds(arguments.feeds) if arguments.feeds else None,
            watch=watch,
            warn=say,
            **given,
        )


def _record(arguments: argparse.Namespace, report: "Report") -> None:
    """Prints the report, and writes it as what was asked for."""
    from legacy_cnn import show
    from legacy_cnn.show.report import junit, markdown

    try:
        print_result(arguments, report, show.on_terminal)
    finally:  # also if nobody reads the end of what is printed
        if arguments.html:
            files.write_text(arguments.html, show.page(report))
        if arguments.junit:
            files.write_text(arguments.junit, junit.document(report))
        _add_summary(markdown.summary(report))


def _record_error(arguments: argparse.Namespace, sentence: str) -> None:
    """Writes that the comparison could not be made to where its result is expected."""
    from legacy_cnn.show.report import junit, markdown

    if arguments.junit:
        files.write_text(arguments.junit, junit.of_error(arguments.candidate, sentence))
    _add_summary(markdown.of_error(arguments.candidate, sentence))


def _add_summary(text: str) -> None:
    """Adds a text to the summary of the job, if there is one."""
    path = os.environ.get(SUMMARY)
    if not path:
        return
    try:
        outside.append_text(path, text, ParityError, "a file for a summary")
    except (OSError, ParityError) as error:  # the verdict stands without it
        say(f"{SUMMARY}: {failures.sentence(error, {})}")
