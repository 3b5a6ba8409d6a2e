"""`legacy-cnn compare`: graph, eager, `tf.function` and Keras side by side."""

import argparse

from legacy_cnn import files
from legacy_cnn.commandline import options
from legacy_cnn.commandline.output import print_result, progress
from legacy_cnn.settings import CompareSettings
from legacy_cnn.tensorflow_start import check_address_space

HELP = "compare graph, eager, tf.function and Keras"
DESCRIPTION = """Trains the tutorial's network for some steps as a graph, in eager mode, under
tf.function and in Keras, from the same weights and with the same batches and dropout noise, and
shows what each of them computes, costs and prints."""


def add_options(parser: options.CommandParser) -> None:
    parser.add_settings(CompareSettings)
    parser.add_json()
    parser.add_html()


def run(arguments: argparse.Namespace) -> None:
    given = options.given(arguments, CompareSettings)
    CompareSettings(**given)
    if arguments.html:
        files.check(arguments.html)
    check_address_space()
    from legacy_cnn import comparison, show

    with progress("comparing") as watch:
        result = comparison.compare(watch=watch, **given)
    print_result(arguments, result, show.on_terminal)
    if arguments.html:
        files.write_text(arguments.html, show.page(result))
