"""`legacy-cnn lab`: the graph in a browser."""

import argparse

from legacy_cnn.commandline import options
from legacy_cnn.commandline.output import say
from legacy_cnn.settings import LabSettings
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "feed, fetch and train the graph in a browser"
DESCRIPTION = """Starts a page on this machine in which the tutorial's graph, in a session, answers:
draw a digit and feed it, fetch any tensor, watch a step of training, and find the mistake in a
port. Without RUN, it trains a net for one epoch first, while you watch."""


def add_options(parser: options.CommandParser) -> None:
    parser.add_argument(
        "run", metavar="RUN", nargs="?", help="run directory with the weights to begin with"
    )
    parser.add_settings(LabSettings)
    parser.add_argument(
        "--no-browser", action="store_true", help="print the address, and open no browser"
    )


def run(arguments: argparse.Namespace) -> None:
    from legacy_cnn.errors import not_installed
    from legacy_cnn.rundir import RunDirectory

    settings = LabSettings(**options.given(arguments, LabSettings))
    if arguments.run is not None:
        RunDirectory.of_run(arguments.run)
    try:
        import starlette  # noqa: F401
        import uvicorn  # noqa: F401
    except ImportError as error:
        raise not_installed("The lab", str(error.name)) from error
    import_tensorflow()
    from legacy_cnn.lab.server import serve
    from legacy_cnn.threads import use_threads

    use_threads(settings.threads)
    serve(settings, arguments.run, opens_browser=not arguments.no_browser, say=say)
