"""The options of every command."""

import argparse
import sys
from typing import Any

from legacy_cnn import __version__
from legacy_cnn.settings import GRAPHS, IMPLEMENTATIONS, INITIALS, PARTS, option

#: The options of `train` that are settings: name -> what argparse is told.
SETTINGS: dict[str, dict[str, Any]] = {
    "implementation": {
        "choices": IMPLEMENTATIONS,
        "help": "which implementation: the tutorial's graph (the default) or a port of it",
    },
    "graph": {
        "choices": GRAPHS,
        "help": "the tutorial's graph (the default), one that computes the same in less time, or "
        "one whose loss has its arguments swapped",
    },
    "initial": {
        "choices": INITIALS,
        "help": "the first weights: the tutorial's N(0, 1) (the default), or scaled to each layer",
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


#: Those that other commands which train have, too.
_SHARED = {
    name: SETTINGS[name]
    for name in ("batch_size", "keep_prob", "seed", "data_dir", "validation_size", "threads")
}

#: The options of `parity` that are settings: name -> what argparse is told.
PARITY: dict[str, dict[str, Any]] = {
    "steps": {"type": int, "metavar": "N", "help": "of training to compare (30)"},
    **_SHARED,
    "exact": {"action": "store_true", "help": "allow no difference, not even rounding"},
    "keep_going": {"action": "store_true", "help": "climb on after a rung has failed"},
}


#: The options of `compare` that are settings: name -> what argparse is told.
COMPARE: dict[str, dict[str, Any]] = {
    "rounds": {"type": int, "metavar": "N", "help": "in which all take their turns (5)"},
    "steps": {"type": int, "metavar": "N", "help": "of training in a turn (10)"},
    **_SHARED,
}


#: The options of `bench` that are settings: name -> what argparse is told.
MEASUREMENT: dict[str, dict[str, Any]] = {
    "rounds": {"type": int, "metavar": "N", "help": "in which all take their turns (10)"},
    "steps": {"type": int, "metavar": "N", "help": "of training in a turn (20)"},
    "threads": SETTINGS["threads"],
    "contenders": {
        "type": lambda text: tuple(text.split(",")),
        "metavar": "NAME,...",
        "help": "whom to measure beside `legacy-cnn train` (all that are installed)",
    },
}


#: The options of `reproduce` that are settings: name -> what argparse is told.
STUDY: dict[str, dict[str, Any]] = {
    "epochs": {"type": int, "metavar": "N", "help": "of each training (10)"},
    "seeds": {"type": int, "metavar": "N", "help": "how many: 0, 1, 2, ... (5)"},
    "variants": {
        "type": lambda text: tuple(text.split(",")),
        "metavar": "NAME,...",
        "help": "which (all)",
    },
    "jobs": {"type": int, "metavar": "N", "help": "trainings at once (one for two cores)"},
    "threads": {"type": int, "metavar": "N", "help": "of each training (2)"},
    "data_dir": {"metavar": "DIR", "help": "directory of the four MNIST files (the bundled ones)"},
}

#: What `reproduce --quick` has instead of these defaults.
QUICK = {"epochs": 2, "seeds": 2}


_DEBUG = "show an error's traceback"


def parser(functions):
    """The parser of all commands.

    Args:
      functions: dict from each command to the function that is called with what was parsed.
    """
    root = argparse.ArgumentParser(prog="legacy-cnn", description=sys.modules["legacy_cnn"].__doc__)
    root.add_argument("--version", action="version", version=f"legacy-cnn {__version__}")
    commands = root.add_subparsers(metavar="COMMAND", required=True)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--debug", action="store_true", help=_DEBUG)
    report = argparse.ArgumentParser(add_help=False, parents=[common])
    report.add_argument("--json", action="store_true", help="print JSON")
    for name, help_text, parent, describe in (
        ("train", "train the tutorial's net", common, _train),
        ("evaluate", "measure a trained run", report, _evaluate),
        ("predict", "name the digit in a picture", report, _predict),
        ("reproduce", "run every variant of the tutorial", report, _reproduce),
        ("compare", "see graph, eager, tf.function and Keras side by side", report, _compare),
        ("parity", "ask whether a port is the same program", report, _parity),
        ("bench", "measure what all this costs", report, _bench),
        ("lessons", "learn from the tutorial, lesson by lesson", common, _lessons),
        ("export", "write a SavedModel and weights.npz", common, _export),
        ("convert", "move weights to another kind of file", common, _convert),
        ("data", "verify the data and show where it is", report, _data),
    ):
        command = commands.add_parser(name, help=help_text, description=help_text, parents=[parent])
        command.set_defaults(command=functions[name], usage=command.error)
        describe(command)
    return root


def _add_settings(command, settings):
    for name, told in settings.items():
        command.add_argument(option(name), dest=name, default=argparse.SUPPRESS, **told)


def _train(command):
    _add_settings(command, SETTINGS)
    command.add_argument("--run-dir", metavar="DIR", help="what to write to (runs/1, runs/2, ...)")
    command.add_argument(
        "--resume", action="store_true", help="go on with the run in --run-dir, with its settings"
    )


def _evaluate(command):
    command.add_argument("run", metavar="RUN", help="run directory")
    command.add_argument("--data-dir", metavar="DIR", help="of another test set")


def _predict(command):
    command.add_argument("run", metavar="RUN", help="run directory")
    command.add_argument("images", metavar="IMAGE", nargs="+", help="PNG or JPEG file")


def _parity(command):
    command.epilog = "Exit status: 0 same, 1 different, 2 could not be compared."
    command.add_argument(
        "candidate",
        metavar="CANDIDATE",
        help="the port: .keras or .npz file, SavedModel's directory, or module:function that "
        "returns a model",
    )
    command.add_argument(
        "--reference",
        metavar="GRAPH",
        help="another TensorFlow 1 graph: X.meta or X.pb with its checkpoint X, or "
        "module:function that builds one (without it: the tutorial)",
    )
    command.add_argument("--map", metavar="FILE", help="JSON: what is called what in both")
    command.add_argument(
        "--weights", metavar="FILE", help="run or file of weights to begin with (drawn by --seed)"
    )
    _add_settings(command, PARITY)
    command.add_argument("--html", metavar="FILE", help="write a page with plots")


def _compare(command):
    _add_settings(command, COMPARE)
    command.add_argument("--html", metavar="FILE", help="write a page")


def _reproduce(command):
    command.add_argument(
        "directory",
        metavar="DIR",
        nargs="?",
        default="study",
        help="of the study (study); what is done there is kept, and gone on with",
    )
    _add_settings(command, STUDY)
    command.add_argument(
        "--quick",
        action="store_true",
        help=", ".join(f"{value} {name}" for name, value in QUICK.items()) + ": minutes, not hours",
    )
    command.add_argument("--html", metavar="FILE", help="write a page with plots")


def _bench(command):
    command.add_argument(
        "parts",
        metavar="PART",
        nargs="*",
        default=argparse.SUPPRESS,
        help=f"{', '.join(PARTS)} (all but the last)",
    )
    _add_settings(command, MEASUREMENT)
    command.add_argument("--plot", metavar="FILE", help="draw it: .svg, .png or .pdf")


def _lessons(command):
    """Without an action, they are listed."""
    command.set_defaults(action="list")
    actions = command.add_subparsers(metavar="ACTION")
    for name, help_text, arguments in (
        ("list", "list them (what is done without an action)", {}),
        ("show", "show one", {"number": "N"}),
        ("check", "check an exercise's answer", {"number": "N", "file": "FILE"}),
        ("write", "write all as notebooks", {"directory": "DIR"}),
    ):
        action = actions.add_parser(name, help=help_text, description=help_text)
        action.set_defaults(action=name)
        # Not set where it is not given, as it may stand before the action, too.
        action.add_argument("--debug", action="store_true", default=argparse.SUPPRESS, help=_DEBUG)
        for argument, metavar in arguments.items():
            action.add_argument(argument, metavar=metavar, **_LESSONS[argument])


#: What the actions of `lessons` take: name -> what argparse is told.
_LESSONS: dict[str, dict[str, Any]] = {
    "number": {"type": int, "help": "of the lesson"},
    "file": {"nargs": "?", "help": "of the answer (exercise_N.py)"},
    "directory": {"help": "for the .ipynb files"},
}


def _export(command):
    command.add_argument("run", metavar="RUN", help="run directory")
    command.add_argument("--output", metavar="DIR", help="new directory (RUN/export)")


def _convert(command):
    command.add_argument(
        "source", metavar="SOURCE", help="run directory, .npz, .keras, checkpoint or SavedModel"
    )
    command.add_argument("target", metavar="TARGET", help="new .npz, .keras or run directory")
    command.add_argument(
        option("implementation"),
        dest="implementation",
        default="graph",
        choices=IMPLEMENTATIONS,
        help="of a new run directory (graph)",
    )


def _data(command):
    for name in ("data_dir", "source_url"):
        command.add_argument(option(name), **SETTINGS[name])
    command.add_argument("--export", metavar="DIR", help="write the four files, uncompressed")
