"""`legacy-cnn reproduce`: the tutorial's variants over seeds, beside published runs."""

import argparse

from legacy_cnn import files
from legacy_cnn.commandline import options, signals
from legacy_cnn.commandline.output import print_result, say
from legacy_cnn.settings import StudySettings
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "train every variant of the tutorial, over seeds"
DESCRIPTION = """Trains the tutorial as it was published, fixed, and with each of its mistakes, over
several seeds, and compares the results with published runs. A study that was stopped continues with
the same command."""

#: What --quick takes instead of the defaults.
QUICK = {"epochs": 2, "seeds": 2}


_STOPPING = (
    "Stopping: the trainings save their state. Once more ends at once, and may lose some steps."
)


def add_options(parser: options.CommandParser) -> None:
    parser.add_argument(
        "directory",
        metavar="DIR",
        nargs="?",
        default="study",
        help="directory of the study; finished trainings in it are kept (default: %(default)s)",
    )
    parser.add_settings(StudySettings)
    parser.add_argument(
        "--quick",
        action="store_true",
        help="train {epochs} epochs with {seeds} seeds, for a result within minutes".format(
            **QUICK
        ),
    )
    parser.add_json()
    parser.add_html("it")


def run(arguments: argparse.Namespace) -> int | None:
    given = options.given(arguments, StudySettings)
    settings = {**QUICK, **given} if arguments.quick else given
    epochs = StudySettings(**settings).epochs
    if arguments.html:
        from legacy_cnn.show import figures

        figures.require("html")  # before hours are spent
        files.check(arguments.html)
    with signals.noted(_STOPPING) as stop:
        import_tensorflow()
        from legacy_cnn import show, study
        from legacy_cnn.study import display

        try:
            with display.Display(epochs) as shown:
                result = study.reproduce(
                    arguments.directory, stop=stop, watch=shown.update, warn=say, **settings
                )
        except study.Stopped as stopped:
            say(str(stopped))
            return stop.status
    print_result(arguments, result, show.on_terminal)
    if arguments.html:
        files.write_text(arguments.html, show.page(result))
    return None
