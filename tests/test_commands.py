"""Every command: found, explained with its real defaults, and ended with the right status."""

import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
import types

import pytest

import legacy_cnn
from conftest import arguments_of
from legacy_cnn import cli, commands
from legacy_cnn.commandline import failures, output
from legacy_cnn.declarations import Checked, declared
from legacy_cnn.errors import RunError, UsageError, UserCodeError
from legacy_cnn.mnist import sources

NAMES = sorted(each.name for each in pkgutil.iter_modules(commands.__path__))


def help_of(*words, capsys):
    with pytest.raises(SystemExit, match="0"):
        cli.main([*words, "--help"])
    return capsys.readouterr().out


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


def test_all_commands_are_listed(capsys):
    text = help_of(capsys=capsys)
    listed = text.partition("commands:\n")[2].partition("\n\n")[0].splitlines()
    assert [line.split()[0] for line in listed] == NAMES
    assert all(len(line.split()) > 2 for line in listed)
    assert max(map(len, text.splitlines())) <= 80


#: Command and setting -> the default, where it is not the setting's.
OTHER_DEFAULTS = {("evaluate", "data_dir"): "the data the run was trained on"}


@pytest.mark.parametrize("name", NAMES)
def test_help_is_in_sentences_and_has_the_real_defaults(name, capsys):
    module = importlib.import_module(f"legacy_cnn.commands.{name}")
    text = help_of(name, capsys=capsys)
    assert max(map(len, text.splitlines())) <= 80
    words = " ".join(text.split())
    assert " ".join(module.DESCRIPTION.split()) in words
    assert module.DESCRIPTION[0].isupper() and module.DESCRIPTION.endswith(".")
    assert module.HELP[0].islower() and not module.HELP.endswith(".")
    for settings in settings_of(module):
        for each in declared(settings):
            if f"{each.flag} " in text or each.declaration.positional:
                default = OTHER_DEFAULTS.get((name, each.name), each.default_in_words())
                assert default is None or f"(default: {default})" in words


def settings_of(module):
    return [
        each
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, Checked)
    ]


@pytest.mark.parametrize("name", ["train", "reproduce", "compare", "parity", "bench"])
def test_every_setting_can_be_given(name, capsys):
    module = importlib.import_module(f"legacy_cnn.commands.{name}")
    text = help_of(name, capsys=capsys)
    (settings,) = settings_of(module)
    for each in declared(settings):
        assert (each.declaration.metavar if each.declaration.positional else each.flag) in text


def test_no_command_imports_what_is_slow():
    code = (
        "import sys\nfrom legacy_cnn import cli\ncli.parser()\n"
        "slow = {'tensorflow', 'numpy', 'rich', 'requests', 'keras', 'matplotlib', 'PIL'}\n"
        "assert not slow & set(sys.modules), slow & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


#: `compare` with workers that measure nothing.
PRETENDING = """
import sys
from legacy_cnn import comparison
from legacy_cnn.comparison import timing
class Worker:
    def __init__(self, name, *arguments):
        self.values = {"values": {}} if "values" in name else {}
    def __enter__(self): return self
    def __exit__(self, *exception): pass
    def close(self): pass
    def reply(self):
        return {"build": 1.0, "first_step": 1.0, "memory_of_imports": 1, **self.values}
    def ask(self, train=0, inspect=0):
        costs = {"memory": 1, "trace": 0.1, "operations": 1, "handed_over": 1, "prints": {}}
        return {"seconds": [2.0] * train} if train else costs
comparison.Worker = timing.Worker = Worker
comparison.compare()
assert "tensorflow" not in sys.modules
"""


def test_a_current_directory_that_is_gone(tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(FileNotFoundError) as raised:
        os.getcwd()
    assert failures.sentence(raised.value, {}).startswith("The current directory does not exist")


def test_compare_leaves_tensorflow_to_the_processes_that_it_starts():
    """Its memory would be taken as long as theirs."""
    subprocess.run([sys.executable, "-c", PRETENDING], check=True)


def command(monkeypatch, error=None, result=None, **attributes):
    """Has `legacy-cnn fake` raise an error or print a result."""

    def run(arguments):
        if error is not None:
            raise error
        output.print_result(arguments, result, print)

    def add_options(parser):
        parser.add_argument("--batch-size")
        parser.add_json()

    fake = types.SimpleNamespace(
        HELP="be one", DESCRIPTION="Is one.", add_options=add_options, run=run, **attributes
    )
    monkeypatch.setattr(cli, "find_commands", lambda: {"fake": fake})


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (RunError("Use another batch_size.", "batch_size"), "Use another --batch-size."),
        (RunError("No run\nin batch_size."), "No run in batch_size."),
        (
            UserCodeError("The candidate a:b cannot be built: ValueError: no (a.py, line 7)"),
            "The candidate a:b cannot be built: ValueError: no (a.py, line 7); "
            "run again with --debug for the traceback",
        ),
        (
            OSError(28, "No space left on device", "results.json"),
            "results.json: No space left on device.",
        ),
        (OSError(28, "No space left on device"), "No space left on device."),
        (OSError("the server is away"), "the server is away"),
        (FileExistsError(17, "File exists", "runs"), "runs is not a directory."),
        (FileExistsError(17, "File exists", "/"), "/ already exists."),
        (
            ModuleNotFoundError("No module named 'matplotlib'", name="matplotlib.figure"),
            "This command needs matplotlib, which is not installed: "
            "run pip install 'legacy-cnn[plots]'.",
        ),
        (
            ModuleNotFoundError("No module named 'tensorflow'", name="tensorflow"),
            "This command needs tensorflow, which is not installed: run pip install 'tensorflow'.",
        ),
        (
            MemoryError("Unable to allocate 37 GiB"),
            "There is not enough memory: Unable to allocate 37 GiB.",
        ),
        (
            KeyError("W_fc"),
            "internal error: KeyError: 'W_fc'; run again with --debug for the traceback, and "
            "report it with that",
        ),
        (
            AssertionError(),
            "internal error: AssertionError; run again with --debug for the traceback, and "
            "report it with that",
        ),
    ],
)
def test_a_failure_is_one_sentence(error, sentence, monkeypatch, capsys):
    command(monkeypatch, error)
    assert cli.main(["fake"]) == 1
    out, err = capsys.readouterr()
    assert out == "" and err == f"legacy-cnn: {sentence}\n"
    command(monkeypatch, error, FAILED=2)
    assert cli.main(["fake"]) == 2


def test_debug_shows_the_traceback_and_keeps_the_status(monkeypatch, capsys):
    command(monkeypatch, KeyError("W_fc"), FAILED=2)
    assert cli.main(["fake", "--debug"]) == 2
    assert "Traceback" in capsys.readouterr().err


def test_a_wrong_argument_is_told_by_its_flag(monkeypatch, capsys):
    command(monkeypatch, UsageError("batch_size must be at least 1, not 0.", "batch_size"))
    with pytest.raises(SystemExit, match="2"):
        cli.main(["fake"])
    usage, *_, last = capsys.readouterr().err.splitlines()
    assert usage.startswith("usage: legacy-cnn fake")
    assert last == "legacy-cnn fake: error: --batch-size must be at least 1, not 0."


@pytest.mark.parametrize(
    ("error", "status"),
    [(KeyboardInterrupt(), 130), (KeyboardInterrupt(int(signal.SIGTERM)), 143)],
)
def test_a_stopped_command(error, status, monkeypatch, capsys):
    command(monkeypatch, error)
    assert cli.main(["fake"]) == status
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_command_that_is_stopped_before_it_runs(monkeypatch, capsys):
    def stopped():
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "find_commands", stopped)
    assert cli.main(["data"]) == 130
    assert capsys.readouterr().err == "Stopped.\n"


def test_a_path_is_escaped_on_a_terminal_only(monkeypatch, capsys):
    """Scripts read the path as it is."""
    for terminal, printed in ((False, "a\x1b[31m\n"), (True, "a\\x1b[31m\n")):
        monkeypatch.setattr("sys.stdout.isatty", lambda terminal=terminal: terminal)
        output.print_path("a\x1b[31m")
        assert capsys.readouterr().out == printed


def test_json_is_strict(monkeypatch, capsys):
    record = types.SimpleNamespace(to_json=lambda: {"kind": "record"})
    plain = {"loss": float("inf"), "rows": [1, (float("nan"), None)], "name": "x"}
    for result, expected in (
        (plain, {"loss": "inf", "rows": [1, ["nan", None]], "name": "x"}),
        (record, {"kind": "record"}),
    ):
        command(monkeypatch, result=result)
        assert cli.main(["fake", "--json"]) == 0

        def refuse(text):
            raise AssertionError(text)

        printed = capsys.readouterr().out
        assert json.loads(printed, parse_constant=refuse) == expected


def test_a_full_disk_behind_stdout():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            arguments_of("data", "--json"), stdout=full, stderr=subprocess.PIPE, text=True
        )
    assert done.returncode == 1
    assert done.stderr == "legacy-cnn: No space left on device.\n"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["train", "--resume"], "--resume needs --run-dir, the directory of a run."),
        (
            ["train", "--with", "keras", "--graph", "optimised"],
            "--with keras supports only --graph tutorial, not optimised.",
        ),
        (
            ["data", "--source-url", "http://127.0.0.1/"],
            "--source-url needs --data-dir, a directory",
        ),
        (
            ["data", "--data-dir", "missing", "--source-url", "foo"],
            "--source-url must be the http or https address of a directory, such as",
        ),
        (
            ["bench", "nothing"],
            "part must be one of training, evaluation, floor, loader, startup, growth, not "
            "'nothing'.",
        ),
        (["lessons", "show", "99"], "Lesson 99 does not exist; choose one from 1 to 21."),
    ],
)
def test_the_command_line_speaks_of_flags(words, message, capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(words)
    assert message in capsys.readouterr().err.splitlines()[-1]


def test_the_library_speaks_of_arguments():
    with pytest.raises(UsageError) as caught:
        sources.resolve(source_url="http://127.0.0.1/")
    assert str(caught.value) == "source_url needs data_dir, a directory to download to."


@pytest.mark.tensorflow
def test_no_module_has_the_name_of_a_public_function():
    modules = {each.name for each in pkgutil.iter_modules(legacy_cnn.__path__)}
    for name in legacy_cnn.__all__:
        if name in modules:
            assert isinstance(getattr(legacy_cnn, name), types.ModuleType)


def test_a_recorded_result_is_shown_again(tmp_path, capsys):
    """Without TensorFlow: on the terminal, and as a page."""
    file, page = tmp_path / "data.json", tmp_path / "data.html"
    assert cli.main(["data", "--json"]) == 0
    file.write_text(capsys.readouterr().out)
    assert cli.main(["data"]) == 0
    printed = capsys.readouterr().out
    code = (
        "import sys\nfrom legacy_cnn import cli\nassert cli.main(sys.argv[1:]) == 0\n"
        "assert 'tensorflow' not in sys.modules"
    )
    words = [sys.executable, "-c", code, "show", file, "--html", page]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout == printed and printed.startswith("MNIST")
    assert sources.TRAIN_IMAGES in page.read_text("utf-8")


def test_a_page_that_cannot_be_written(tmp_path, called):
    file = tmp_path / "data.json"
    file.write_text(called("data", "--json").stdout)
    done = called("show", file, "--html", tmp_path / "missing" / "page.html")
    message = f"legacy-cnn: {tmp_path}/missing/page.html: No such file or directory.\n"
    assert (done.returncode, done.stdout, done.stderr) == (1, "", message)


def test_a_file_that_holds_no_result(tmp_path, capsys):
    file = tmp_path / "letter.json"
    for text in ("dear", "{}", '{"kind": "letter"}'):
        file.write_text(text)
        assert cli.main(["show", str(file), "--html", str(tmp_path / "page.html")]) == 1
        out, err = capsys.readouterr()
        assert out == "" and err.startswith(f"legacy-cnn: {file}: ") and err.count("\n") == 1
    assert not (tmp_path / "page.html").exists()
    assert cli.main(["show", str(tmp_path / "nothing.json")]) == 1
    assert capsys.readouterr().err.endswith("nothing.json: No such file or directory.\n")
