"""The command line: arguments in, one call out. TensorFlow is imported only by what needs it."""

import contextlib
import os
import signal
import sys

from legacy_cnn import arguments as options
from legacy_cnn import files
from legacy_cnn.errors import LegacyCnnError, UsageError
from legacy_cnn.settings import (
    BenchSettings,
    CompareSettings,
    ParitySettings,
    Settings,
    StudySettings,
)
from legacy_cnn.streams import redirected

#: Set before TensorFlow is imported, unless the user has set them: no start-up noise, and oneDNN's
#: kernels, which TensorFlow leaves off on processors where they make this graph 1.7 times as fast
#: (docs/performance.md).
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
        return 128 + (error.args[0] if error.args else signal.SIGINT)
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


def import_tensorflow():
    """Imports TensorFlow without its start-up notes, unless the user's log level asks for them.

    TF_CPP_MIN_LOG_LEVEL alone no longer silences those that the library writes as it is loaded
    (tensorflow/tensorflow#100442), so stderr is closed to them meanwhile.
    """
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if os.environ["TF_CPP_MIN_LOG_LEVEL"] != ENVIRONMENT["TF_CPP_MIN_LOG_LEVEL"]:
        import tensorflow
    else:
        with open(os.devnull, "w") as nowhere, redirected(2, nowhere):
            import tensorflow

        # This program uses deprecated names on purpose.
        tensorflow.get_logger().setLevel("ERROR")


def _train(arguments):
    given = _given(arguments, options.SETTINGS)
    if arguments.resume and not arguments.run_dir:
        raise UsageError("--resume needs --run-dir, the directory of the run to go on with.")
    Settings(**given)  # so that a mistyped value ends before TensorFlow is imported
    with _stopping() as stopping:
        import_tensorflow()
        from legacy_cnn import training

        try:
            training.train(given, arguments.run_dir, arguments.resume, stopping.__len__, _say)
        except training.Interrupted as interrupted:
            _say(str(interrupted))
            return 128 + stopping[0]
    return 0


@contextlib.contextmanager
def _stopping():
    """Yields a list that the first Ctrl-C, SIGTERM or closed terminal puts its number in; a second
    one kills."""
    received = []
    asked = [signal.SIGINT, *_ending()]

    def receive(number, frame):
        received.append(number)
        for each in asked:
            signal.signal(each, signal.SIG_DFL)

    with _handling(asked, receive):
        yield received


def _ending():
    """The signals besides Ctrl-C's that ask a program to end."""
    # nohup has a closed terminal's ignored, and that stays.
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:
        return [signal.SIGTERM, signal.SIGHUP]
    return [signal.SIGTERM]


@contextlib.contextmanager
def _handling(numbers, receive):
    """Has `receive` handle signals meanwhile."""
    before = {each: signal.signal(each, receive) for each in numbers}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _as_interrupts():
    """Signals that ask to end act as Ctrl-C does: processes that work for this one end, too."""

    def receive(number, frame):
        raise KeyboardInterrupt(number)

    return _handling(_ending(), receive)


def _evaluate(arguments):
    import_tensorflow()
    from legacy_cnn import evaluation, show

    result = evaluation.evaluate(arguments.run, data_dir=arguments.data_dir, warn=_say)
    _print(arguments, result, show.on_terminal)


def _predict(arguments):
    import_tensorflow()
    from legacy_cnn import prediction, show

    result = prediction.predict(arguments.run, arguments.images, warn=_say)
    _print(arguments, result, show.on_terminal)


def _parity(arguments):
    given = _given(arguments, options.PARITY)
    ParitySettings(**given)
    try:
        report = _report(arguments, given)
    except UsageError:
        raise
    except (LegacyCnnError, OSError) as error:
        if arguments.debug:
            raise
        _fail(error)
        return 2
    return 0 if report.same else 1


def _report(arguments, given):
    if arguments.html:
        files.check(arguments.html)
    import_tensorflow()
    sys.path.insert(0, os.getcwd())  # module:function is one of the user's
    from rich.console import Console

    from legacy_cnn import parity
    from legacy_cnn.parity import table
    from legacy_cnn.training.models.variables import use_threads

    use_threads(ParitySettings(**given).threads)
    progress = Console(stderr=True)
    with progress.status("opening both") as status:
        report = parity.compare(
            arguments.candidate,
            reference=arguments.reference,
            mapping=arguments.map and parity.Mapping.read(arguments.map),
            weights=arguments.weights,
            watch=status.update,
            **given,
        )
    _print(arguments, report.to_json() if arguments.json else report, table.show_on_terminal)
    if arguments.html:
        from legacy_cnn.parity.page import page

        files.write_text(arguments.html, page(report))
    return report


def _reproduce(arguments):
    quick = options.QUICK if arguments.quick else {}
    settings = StudySettings(**{**quick, **_given(arguments, options.STUDY)})
    if arguments.html:
        from legacy_cnn.show import figures

        figures.require("--html")  # before hours are spent
        files.check(arguments.html)
    with _stopping() as stopping:
        import_tensorflow()
        from legacy_cnn import study
        from legacy_cnn.study import display, table

        try:
            with display.Display(settings.epochs) as shown:
                made = study.reproduce(
                    arguments.directory, settings, stopping.__len__, shown.update
                )
        except study.Stopped as stopped:
            _say(str(stopped))
            return 128 + stopping[0]
    _print(arguments, made, table.show)
    if arguments.html:
        from legacy_cnn.study.page import page

        files.write_text(arguments.html, page(made))
    return 0


def _compare(arguments):
    settings = CompareSettings(**_given(arguments, options.COMPARE))
    if arguments.html:
        files.check(arguments.html)
    import_tensorflow()
    from rich.console import Console

    from legacy_cnn import comparison
    from legacy_cnn.comparison import table
    from legacy_cnn.training.models.variables import use_threads

    use_threads(settings.threads)
    with _as_interrupts(), Console(stderr=True).status("comparing") as status:
        result = comparison.compare(settings, status.update)
    _print(arguments, result, table.show)
    if arguments.html:
        from legacy_cnn.comparison.page import page

        files.write_text(arguments.html, page(result))


def _bench(arguments):
    given = _given(arguments, options.MEASUREMENT)
    if hasattr(arguments, "parts"):
        given["parts"] = tuple(arguments.parts)
    settings = BenchSettings(**given)
    from rich.console import Console

    from legacy_cnn import bench
    from legacy_cnn.bench import table

    if arguments.plot:
        from legacy_cnn.bench import plot

        plot.check(arguments.plot, settings.parts)  # before minutes are spent
    with _as_interrupts(), Console(stderr=True).status("measuring") as status:
        result = bench.bench(settings, status.update)
    _print(arguments, result, table.show)
    if arguments.plot:
        plot.draw(result, arguments.plot)


def _lessons(arguments):
    from legacy_cnn import lessons

    if arguments.action == "list":
        from legacy_cnn.lessons import showing

        showing.list_all()
    elif arguments.action == "show":
        from legacy_cnn.lessons import showing

        showing.show(lessons.lesson(arguments.number))
    elif arguments.action == "write":
        from legacy_cnn.lessons import notebooks

        for path in notebooks.write(arguments.directory):
            print(path)
    else:
        asked = lessons.lesson(arguments.number)
        import_tensorflow()
        from legacy_cnn.lessons import checking

        print(checking.check(asked, arguments.file))


def _given(arguments, settings):
    """Those of the settings that were on the command line."""
    return {name: getattr(arguments, name) for name in settings if hasattr(arguments, name)}


def _export(arguments):
    import_tensorflow()
    from legacy_cnn import export

    print(export.export(arguments.run, arguments.output, _say))


def _convert(arguments):
    import_tensorflow()
    from legacy_cnn import conversion

    made = conversion.convert(arguments.source, arguments.target, arguments.implementation, _say)
    print(made)


def _data(arguments):
    from legacy_cnn import inspection, show

    result = inspection.inspect(
        arguments.data_dir, source_url=arguments.source_url, export=arguments.export
    )
    _print(arguments, result, show.on_terminal)


def _print(arguments, result, table):
    if arguments.json:
        import json

        from legacy_cnn.results import Record

        plain = result.to_json() if isinstance(result, Record) else result
        print(json.dumps(plain, indent=1))
    else:
        table(result)


def parser():
    """The options of every command."""
    return options.parser(
        {
            "train": _train,
            "evaluate": _evaluate,
            "predict": _predict,
            "reproduce": _reproduce,
            "compare": _compare,
            "parity": _parity,
            "bench": _bench,
            "lessons": _lessons,
            "export": _export,
            "convert": _convert,
            "data": _data,
        }
    )
