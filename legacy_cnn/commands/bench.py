"""`legacy-cnn bench`: what training, evaluation, loader and start-up cost on this machine."""

import argparse

from legacy_cnn.commandline import options
from legacy_cnn.commandline.output import print_result, progress
from legacy_cnn.settings import BenchSettings

HELP = "measure what training costs on this machine"
DESCRIPTION = """Measures what the tutorial costs on this machine, compared with other programs that
train the same network: a training step, an evaluation, the lower bound of a step, the loader and
the start-up. The contenders run in interleaved rounds, each in its own process."""


def add_options(parser: options.CommandParser) -> None:
    parser.add_settings(BenchSettings)
    parser.add_argument(
        "--plot",
        metavar="FILE",
        help="draw the result into an .svg, .png or .pdf file; needs pip install "
        "'legacy-cnn[plots]'",
    )
    parser.add_json()


def run(arguments: argparse.Namespace) -> None:
    given = options.given(arguments, BenchSettings)
    settings = BenchSettings(**given)
    from legacy_cnn import bench, show
    from legacy_cnn.show import benchmark_plot

    if arguments.plot:
        benchmark_plot.check(arguments.plot, settings.parts)  # before minutes are spent
    with progress("measuring") as watch:
        result = bench.run(watch=watch, **given)
    print_result(arguments, result, show.on_terminal)
    if arguments.plot:
        benchmark_plot.draw(result, arguments.plot)
