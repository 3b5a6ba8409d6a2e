"""Runs the blocks of the lessons, and puts what they print under them."""

import argparse

HELP = "run the code of the lessons, and update the outputs in their pages"
WRITES = ("the pages of the lessons",)
TAKES = "two minutes"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "numbers", metavar="N", nargs="*", type=int, help="number of a lesson (default: all)"
    )


def run(arguments: argparse.Namespace) -> None:
    from legacy_cnn.lessons import lesson, lessons
    from legacy_cnn.tensorflow_start import import_tensorflow

    import_tensorflow()
    from legacy_cnn.lessons.running import replayed

    chosen = [lesson(number) for number in arguments.numbers] or lessons()
    for each in chosen:
        each.path.write_text(replayed(each), "utf-8")
