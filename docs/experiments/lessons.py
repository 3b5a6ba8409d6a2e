"""Runs the blocks of the lessons, and puts what they print and draw under them."""

import argparse

HELP = "run the code of the lessons, and update the outputs and the pictures in their pages"
WRITES = ("the pages of the lessons",)
TAKES = "two minutes"


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "numbers", metavar="N", nargs="*", type=int, help="number of a lesson (default: all)"
    )


def run(arguments: argparse.Namespace) -> None:
    from legacy_cnn.lessons import PICTURES, lesson, lessons
    from legacy_cnn.tensorflow_start import import_tensorflow

    import_tensorflow()
    from legacy_cnn.lessons.running import replayed

    chosen = [lesson(number) for number in arguments.numbers] or lessons()
    for each in chosen:
        replay = replayed(each)
        each.path.write_text(replay.text, "utf-8")
        for name, picture in replay.pictures.items():
            (PICTURES / name).write_text(picture, "utf-8")
