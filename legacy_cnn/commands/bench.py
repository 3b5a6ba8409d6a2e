"""`legacy-cnn bench`: what training, evaluation, loader and start cost on this machine."""

import argparse

from legacy_cnn import options
from legacy_cnn.output import print_result, progress
from legacy_cnn.settings import BenchSettings

HELP = "measure what training costs on this machine"
DESCRIPTION = """Measures what the tutorial costs on this machine, beside other programs that train
the same net: a training step, an evaluation, the least a step can take here, the loader and the
start. All contenders take turns, each in a process of its own."""


def add_options(parser: options.CommandParser) -> None:
    parser.add_settings(BenchSettings)
    parser.add_argument(
        "--plot", metavar="FILE", help="draw the result into an .svg, .png or .pdf file"
    )
    parser.add_json()


def run(arguments: argparse.Namespace) -> None:
    given = options.given(arguments, BenchSettings)
    settings = BenchSettings(**given)
    from legacy_cnn import bench
    from legacy_cnn.bench import table

    if arguments.plot:
        from legacy_cnn.bench import plot

        plot.check(arguments.plot, settings.parts)  # before minutes are spent
    with progress("measuring") as watch:
        result = bench.run(watch=watch, **given)
    print_result(arguments, result, table.show)
    if arguments.plot:
        plot.draw(result, arguments.plot)
