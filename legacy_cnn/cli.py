"""The command line: arguments in, one call out. TensorFlow is imported only by what needs it."""

import argparse
import contextlib
import os
import signal
import sys
from typing import Any

from legacy_cnn import __version__
from legacy_cnn.errors import LegacyCnnError, UsageError
from legacy_cnn.settings import IMPLEMENTATIONS, Settings, option

#: Set before TensorFlow is imported, unless the user has set them: no start-up noise, and oneDNN's
#: kernels, which TensorFlow leaves off on processors where they make this graph 1.75 times as fast.
ENVIRONMENT = {"TF_CPP_MIN_LOG_LEVEL": "3", "TF_ENABLE_ONEDNN_OPTS": "1"}


def main(argv=None):
    """Runs a command; returns its exit status: 0, 1 for a failure, 2 for wrong usage,
    128 + the signal's number when a signal stopped a training run."""
    arguments = parser().parse_args(argv)
    try:
        status = arguments.command(arguments) or 0
        sys.stdout.flush()
        return status
    except UsageError as error:
        arguments.usage(str(error))  # ends the program with status 2
    except (LegacyCnnError, OSError, KeyboardInterrupt) as error:
        if arguments.debug:
            raise
        return _fail(error)


def _fail(error):
    if isinstance(error, BrokenPipeError):
        # Whoever read the output had enough; Python must not flush into the closed pipe.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    elif isinstance(error, KeyboardInterrupt):
        _say("Stopped.")
        return 128 + signal.SIGINT
    else:
        _say(f"legacy-cnn: {_sentence(error)}")
    return 1


def _sentence(error):
    if isinstance(error, LegacyCnnError) or error.strerror is None:
        return " ".join(str(error).split())
    if isinstance(error, FileExistsError):
        return f"{error.filename} exists, and is not a directory."
    return f"{error.filename or 'A file'}: {error.strerror}."


def _say(text):
    print(text, file=sys.stderr, flush=True)


def _import_tensorflow():
    """Imports TensorFlow without its start-up notes, unless the user's log level asks for them.

    TF_CPP_MIN_LOG_LEVEL alone no longer silences those that the library writes as it is loaded
    (tensorflow/tensorflow#100442), so stderr is closed to them meanwhile.
    """
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if os.environ["TF_CPP_MIN_LOG_LEVEL"] != ENVIRONMENT["TF_CPP_MIN_LOG_LEVEL"]:
        import tensorflow
    else:
        with _stderr_closed():
            import tensorflow

        # This program uses deprecated names on purpose.
        tensorflow.get_logger().setLevel("ERROR")


@contextlib.contextmanager
def _stderr_closed():
    sys.stderr.flush()
    kept = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _train(arguments):
    given = {name: getattr(arguments, name) for name in _SETTINGS if hasattr(arguments, name)}
    if arguments.resume and not arguments.run_dir:
        raise UsageError("--resume needs --run-dir, the directory of the run to go on with.")
    Settings(**given)  # so that a mistyped value ends before TensorFlow is imported
    with _stopping() as stopping:
        _import_tensorflow()
        from legacy_cnn import training

        try:
            training.train(given, arguments.run_dir, arguments.resume, stopping.__len__, _say)
        except training.Interrupted as interrupted:
            _say(str(interrupted))
            return 128 + stopping[0]
    return 0


@contextlib.contextmanager
def _stopping():
    """Yields a list that the first Ctrl-C or SIGTERM puts its number in; a second one kills."""
    received = []

    def receive(number, frame):
        received.append(number)
        for each in before:
            signal.signal(each, signal.SIG_DFL)

    before = {each: signal.signal(each, receive) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield received
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _evaluate(arguments):
    _import_tensorflow()
    from legacy_cnn import evaluation, tables

    result = evaluation.evaluate(arguments.run, arguments.data_dir, _say)
    _print(arguments, result, tables.evaluation)


def _predict(arguments):
    _import_tensorflow()
    from legacy_cnn import prediction, tables

    result = prediction.predict(arguments.run, arguments.images, _say)
    _print(arguments, result, tables.predictions)


def _export(arguments):
    _import_tensorflow()
    from legacy_cnn import export

    print(export.export(arguments.run, arguments.output, _say))


def _convert(arguments):
    _import_tensorflow()
    from legacy_cnn import conversion

    made = conversion.convert(arguments.source, arguments.target, arguments.implementation, _say)
    print(made)


def _data(arguments):
    from legacy_cnn import inspection, tables

    result = inspection.inspect(arguments.data_dir, arguments.source_url, arguments.export)
    _print(arguments, result, tables.data)


def _print(arguments, result, table):
    if arguments.json:
        import json

        print(json.dumps(result, indent=1))
    else:
        table(result)


#: The options of `train` that are settings: name -> what argparse is told.
_SETTINGS: dict[str, dict[str, Any]] = {
    "implementation": {
        "choices": IMPLEMENTATIONS,
        "help": "which implementation: the tutorial's graph (the default) or a port of it",
    },
    "epochs": {"type": int, "metavar": "N", "help": "how many (10)"},
    "batch_size": {"type": int, "metavar": "N", "help": "images a step (128)"},
    "keep_prob": {
        "type": float,
        "metavar": "P",
        "help": "keep probability of the dropout in training (0.8)",
    },
    "learning_rate": {"type": float, "metavar": "R", "help": "of Adam (0.001)"},
    "seed": {
        "type": int,
        "metavar": "N",
        "help": "of initial weights, batch order and dropout noise (0)",
    },
    "as_published": {
        "action": "store_true",
        "help": "leave the dropout on in the evaluation, as the tutorial did",
    },
    "data_dir": {
        "metavar": "DIR",
        "help": "directory of the four MNIST files, gzip or not; what it lacks is put there "
        "(without it: the bundled MNIST, read where it is)",
    },
    "source_url": {
        "metavar": "URL",
        "help": "address to download what --data-dir lacks from (without it: the bundle)",
    },
    "validation_size": {
        "type": int,
        "metavar": "N",
        "help": "how many of the first training images to set aside (5000)",
    },
    "checkpoint_every": {
        "type": int,
        "metavar": "STEPS",
        "help": "save this often, besides each epoch's end",
    },
    "threads": {"type": int, "metavar": "N", "help": "of TensorFlow (as many as there are cores)"},
}


def parser():
    """The options of every command."""
    root = argparse.ArgumentParser(prog="legacy-cnn", description=sys.modules["legacy_cnn"].__doc__)
    root.add_argument("--version", action="version", version=f"legacy-cnn {__version__}")
    commands = root.add_subparsers(metavar="COMMAND", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help="show an error's traceback")
    report = argparse.ArgumentParser(add_help=False, parents=[common])
    report.add_argument("--json", action="store_true", help="print JSON")

    train = _command(commands, "train", _train, "train the tutorial's net", common)
    for name, options in _SETTINGS.items():
        train.add_argument(option(name), dest=name, default=argparse.SUPPRESS, **options)
    train.add_argument("--run-dir", metavar="DIR", help="what to write to (runs/1, runs/2, ...)")
    train.add_argument(
        "--resume", action="store_true", help="go on with the run in --run-dir, with its settings"
    )

    evaluate = _command(commands, "evaluate", _evaluate, "measure a trained run", report)
    evaluate.add_argument("run", metavar="RUN", help="run directory")
    evaluate.add_argument("--data-dir", metavar="DIR", help="of another test set")

    predict = _command(commands, "predict", _predict, "name the digit in a picture", report)
    predict.add_argument("run", metavar="RUN", help="run directory")
    predict.add_argument("images", metavar="IMAGE", nargs="+", help="PNG or JPEG file")

    export = _command(commands, "export", _export, "write a SavedModel and weights.npz", common)
    export.add_argument("run", metavar="RUN", help="run directory")
    export.add_argument("--output", metavar="DIR", help="new directory (RUN/export)")

    convert = _command(
        commands, "convert", _convert, "move weights to another kind of file", common
    )
    convert.add_argument(
        "source", metavar="SOURCE", help="run directory, .npz, .keras, checkpoint or SavedModel"
    )
    convert.add_argument("target", metavar="TARGET", help="new .npz, .keras or run directory")
    convert.add_argument(
        option("implementation"),
        dest="implementation",
        default="graph",
        choices=IMPLEMENTATIONS,
        help="of a new run directory (graph)",
    )

    data = _command(commands, "data", _data, "verify the data and show where it is", report)
    for name in ("data_dir", "source_url"):
        data.add_argument(option(name), **_SETTINGS[name])
    data.add_argument("--export", metavar="DIR", help="write the four files, uncompressed, to DIR")
    return root


def _command(commands, name, function, help_text, parent):
    command = commands.add_parser(name, help=help_text, description=help_text, parents=[parent])
    command.set_defaults(command=function, usage=command.error)
    return command
