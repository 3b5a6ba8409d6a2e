"""`legacy-cnn train`: a training run that can be stopped, resumed and repeated."""

import argparse
import shlex

from legacy_cnn.commandline import options, signals
from legacy_cnn.commandline.output import say
from legacy_cnn.settings import Settings
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "train the tutorial's network"
DESCRIPTION = """Trains the tutorial's network on MNIST and prints the tutorial's own lines. A run
that was stopped or killed can be resumed; it ends with the same weights as if it had never been
interrupted, bit for bit."""


def add_options(parser: options.CommandParser) -> None:
    parser.add_settings(Settings)
    parser.add_argument(
        "--run-dir",
        metavar="DIR",
        help="directory of the run (default: the next free one of runs/1, runs/2, ...)",
    )
    parser.add_argument(
        "--resume", action="store_true", help="resume the run in --run-dir with its own settings"
    )


def run(arguments: argparse.Namespace) -> int | None:
    from legacy_cnn.rundir import RunDirectory

    settings = options.given(arguments, Settings)
    # What can be checked before TensorFlow is imported, is.
    if arguments.resume:
        RunDirectory.to_resume(arguments.run_dir)
    else:
        Settings(**settings)
        if arguments.run_dir:
            RunDirectory(arguments.run_dir).refuse_if_used()
    with signals.noted() as stop:
        import_tensorflow()
        from legacy_cnn import training

        try:
            training.train(
                arguments.run_dir, resume=arguments.resume, stop=stop, warn=say, **settings
            )
        except training.Interrupted as interrupted:
            directory = shlex.quote(str(interrupted.run_dir))
            say(f"{interrupted} Resume it with: legacy-cnn train --run-dir {directory} --resume")
            return stop.status
    return None
