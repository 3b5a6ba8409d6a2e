"""`legacy-cnn lessons`: the lessons on the terminal, as notebooks, and their exercises."""

import argparse

from legacy_cnn.commandline import options
from legacy_cnn.commandline.output import print_path, say
from legacy_cnn.errors import UsageError
from legacy_cnn.settings import LessonSettings
from legacy_cnn.tensorflow_start import import_tensorflow

HELP = "read the lessons and check your answers"
DESCRIPTION = """Lists the lessons on graph and eager execution, shows one of them, checks your
answer to its exercise, or writes all of them as notebooks. Without an action, lists them."""


def add_options(parser: options.CommandParser) -> None:
    parser.set_defaults(action=_list)
    actions = parser.add_subparsers(title="actions", metavar="ACTION")
    actions.add_parser(
        "list", help="list the lessons", description="Lists the lessons by number and title."
    ).set_defaults(action=_list)
    show = actions.add_parser(
        "show", help="show a lesson", description="Shows a lesson on the terminal."
    )
    show.add_argument("number", metavar="N", type=int, help="number of the lesson")
    show.set_defaults(action=_show)
    check = actions.add_parser(
        "check",
        help="check your answer to an exercise",
        description="Checks your answer to a lesson's exercise, and says what is wrong with it.",
    )
    check.add_argument("number", metavar="N", type=int, nargs="?", help="number of the lesson")
    check.add_argument(
        "file",
        metavar="FILE",
        nargs="?",
        help="Python file with your answer (default: exercise_N.py)",
    )
    check.set_defaults(action=_check)
    check.add_argument(
        "--all",
        metavar="FOLDER",
        help="check the answers of a class instead: FOLDER has a folder for each learner, with "
        "exercise_1.py, exercise_2.py and so on; each answer runs in a process of its own",
    )
    check.add_argument(
        "--limit",
        metavar="SECONDS",
        type=int,
        default=120,
        help="time of an answer in --all (default: 120)",
    )
    solution = actions.add_parser(
        "solution",
        help="show a right answer, for teachers",
        description="Shows a right answer to a lesson's exercise, for teachers.",
    )
    solution.add_argument("number", metavar="N", type=int, help="number of the lesson")
    solution.set_defaults(action=_solution)
    write = actions.add_parser(
        "write",
        help="write the lessons as notebooks",
        description="Writes all lessons as Jupyter notebooks. Needs pip install "
        "'legacy-cnn[notebooks]'.",
    )
    write.add_argument("directory", metavar="DIR", help="directory for the .ipynb files")
    write.add_argument(
        "--force", action="store_true", help="replace notebooks that are there, with your answers"
    )
    write.add_settings(LessonSettings)
    write.set_defaults(action=_write)


def run(arguments: argparse.Namespace) -> None:
    arguments.action(arguments)


def _list(arguments: argparse.Namespace) -> None:
    from legacy_cnn.lessons import showing

    showing.list_all()


def _show(arguments: argparse.Namespace) -> None:
    from legacy_cnn import lessons
    from legacy_cnn.lessons import showing

    showing.show(lessons.lesson(arguments.number))


def _check(arguments: argparse.Namespace) -> None:
    from legacy_cnn import lessons

    if arguments.all is not None:
        return _check_all(arguments)
    if arguments.number is None:
        raise UsageError("check needs the number of a lesson, or all.", "all")
    lesson = lessons.lesson(arguments.number)
    answer = lessons.answer(lesson, arguments.file)
    import_tensorflow()
    from legacy_cnn.lessons import checking

    print(checking.check(lesson, answer))


def _check_all(arguments: argparse.Namespace) -> None:
    from legacy_cnn.lessons import grading, showing

    showing.show_grades(grading.grades(arguments.all, arguments.limit, say))


def _solution(arguments: argparse.Namespace) -> None:
    from legacy_cnn import lessons

    print(lessons.lesson(arguments.number).solution, end="")


def _write(arguments: argparse.Namespace) -> None:
    from legacy_cnn.lessons import notebooks

    settings = options.given(arguments, LessonSettings)
    for path in notebooks.write(arguments.directory, force=arguments.force, **settings):
        print_path(path)
