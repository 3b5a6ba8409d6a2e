"""The lessons: their blocks run, what they show is what is printed, and exercises are checked."""

import importlib
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import numpy as np
import pytest

import legacy_cnn.lessons
from conftest import exact
from legacy_cnn.cli import main
from legacy_cnn.errors import UsageError
from legacy_cnn.lessons import checking, lesson, lessons, notebooks, starting
from legacy_cnn.lessons.running import replayed
from support import cells

pytestmark = pytest.mark.tensorflow

#: As Jupyter starts a kernel: nothing quietens TensorFlow beforehand.
IN_A_NOTEBOOK = {name: value for name, value in os.environ.items() if not name.startswith("TF_")}

HEADINGS = ["The problem", "Predict", "Run", "Why", "Exercise"]


def answers(page):
    return importlib.import_module(f"support.answers.{page.name}")


every_lesson = pytest.mark.parametrize("page", lessons(), ids=lambda page: page.name)

#: Each of them is a whole comparison with the tutorial, as is a wrong answer to the last lesson.
SLOW = {f"porting_to_keras-{number}" for number in (0, 1, 2, 4, 5)} | {
    "port_this_script-1",
    "port_this_script-2",
}
#: How many wrong answers to a lesson are checked in every run.
FIRST = 2
#: Their pages and right answers are two to four of them.
LONG = ("porting_to_keras", "port_this_script")
#: Those whose pages train.
TRAINING = ("randomness", "dropout_at_test_time", "swapped_loss")


def every_lesson_but(slow):
    return pytest.mark.parametrize(
        "page",
        [
            pytest.param(page, id=page.name, marks=pytest.mark.slow if page.name in slow else ())
            for page in lessons()
        ],
    )


def marks_of(name, number):
    return pytest.mark.slow if name in SLOW or number >= FIRST else ()


WRONG = [
    pytest.param(page, *change, id=name, marks=marks_of(name, number))
    for page in lessons()
    for number, change in enumerate(answers(page).WRONG)
    for name in [f"{page.name}-{number}"]
]


def written(tmp_path, text):
    path = tmp_path / "answer.py"
    path.write_text(text)
    return path


def test_the_pages_are_files_of_the_package():
    """A checkout without symbolic links, as on Windows, has them, too."""
    assert len(lessons()) == 21
    pages = lesson(1).path.parent
    assert pages == Path(legacy_cnn.lessons.__file__).parent / "pages"
    assert not any(path.is_symlink() for path in [pages, *pages.iterdir()])


@every_lesson_but((*LONG, *TRAINING, "speed"))  # which measures times
def test_what_is_shown_is_what_is_printed(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    replay, text = replayed(page), exact(page.text)
    assert exact(replay.text) == text, "run python docs/experiments lessons"
    for name, picture in replay.pictures.items():
        if f"(pictures/{name})" in text:  # and not of one moment
            assert (legacy_cnn.lessons.PICTURES / name).read_text() == picture


def test_every_picture_is_in_a_page():
    shown = [name for page in lessons() for name in re.findall(r"\(pictures/(.*?)\)", page.text)]
    assert sorted(shown) == sorted(path.name for path in legacy_cnn.lessons.PICTURES.iterdir())


@every_lesson
def test_a_lesson_goes_from_a_problem_to_an_exercise(page):
    headings = [line[3:] for line in page.text.splitlines() if line.startswith("## ")]
    assert headings == HEADINGS
    assert f"legacy-cnn lessons check {page.number}" in page.text
    assert f"exercise_{page.number}.py" in page.text


@every_lesson
def test_a_notebook_is_the_page_with_cells_for_the_answer(page):
    made = list(notebooks.cells_of(page, None))
    code = [source for kind, source, _ in made if kind == "code"]
    assert code[1:-2] == [block.strip("\n") for block in page.blocks]
    exercise = importlib.import_module(f"legacy_cnn.lessons.exercises.{page.name}")
    assert code[-2].startswith(f"%%writefile exercise_{page.number}.py\ndef {exercise.FUNCTION}(")
    assert code[-1].endswith(f"lessons check {page.number}")
    prose = [source for kind, source, _ in made if kind == "markdown"]
    assert [text.split("\n")[0][3:] for text in prose if text.startswith("## ")] == HEADINGS
    assert not any(word in text for text in prose for word in ("```python", "```output", "/docs/"))


@pytest.mark.slow
@every_lesson
def test_a_notebook_runs_from_top_to_bottom_without_a_warning(page, tmp_path):
    [notebook] = (path for path in notebooks.write(tmp_path) if path.stem == page.path.stem)
    answer = tmp_path / "answer.txt"
    answer.write_text(page.solution)
    words = [sys.executable, cells.__file__, notebook.name, answer]
    done = subprocess.run(words, cwd=tmp_path, env=IN_A_NOTEBOOK, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("Ready, with TensorFlow")


@pytest.mark.slow
def test_keras_takes_the_mean_of_the_devices_means():
    """As lesson 21 says: of 0, 0 and 9, the mean is 3."""
    words = [sys.executable, Path(cells.__file__).with_name("two_devices.py")]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert float(done.stdout) == 4.5


def test_notebooks_are_valid_and_the_same_when_they_are_written_again(tmp_path):
    written = notebooks.write(tmp_path)
    texts = [path.read_text() for path in written]
    for text in texts:
        nbformat.validate(nbformat.reads(text, 4))
    notebooks.write(tmp_path, force=True)
    assert [path.read_text() for path in written] == texts


def test_what_needs_the_repository_is_left_out_while_none_is_known():
    for repository in (None, "https://example.org/somebody/project"):
        made = list(notebooks.cells_of(lesson(7), repository))
        first, *others = (source for _, source, _ in made)
        assert ("-m pip install" in first) == (repository is not None)
        linked = f"[Results]({repository}/blob/HEAD/docs/results.md)"
        assert any(linked in source for source in others) == (repository is not None)
    with pytest.raises(UsageError, match="repository must be an address, not 'a b'"):
        notebooks.write("nowhere", repository="a b")


def test_a_notebook_says_that_it_must_be_restarted(monkeypatch, capsys):
    monkeypatch.setattr(starting, "import_tensorflow", lambda: None)  # which silences TensorFlow
    starting.start()
    assert capsys.readouterr().out.startswith("Ready, with TensorFlow 2.")
    monkeypatch.setattr(np, "__version__", "1.26.4")
    with pytest.raises(starting.RestartNeeded) as error:
        starting.start()
    (shown,) = error.value._render_traceback_()  # what IPython shows
    assert "It has loaded another numpy than the one" in shown


def test_a_terminal_shows_a_lesson_in_a_pager(monkeypatch, capsys):
    shown = []
    monkeypatch.setattr("pydoc.pager", shown.append)
    monkeypatch.setenv("LESS", "R")
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    main(["lessons", "show", "17"])
    assert "Scopes and sharing" in shown[0] and "\x1b[" in shown[0]
    assert capsys.readouterr().out == ""


def test_notebooks_with_answers_are_not_replaced(tmp_path, called):
    notebooks.write(tmp_path)
    first = min(tmp_path.iterdir())
    first.write_text("my answer")
    refused = called("lessons", "write", tmp_path)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        f"legacy-cnn: {first} already exists, and your answers may be in it: choose another "
        f"directory, or replace it and all others with --force.\n"
    )
    assert first.read_text() == "my answer"
    assert called("lessons", "write", tmp_path, "--force").returncode == 0
    assert first.read_text() != "my answer"


@every_lesson_but(LONG)
def test_a_right_answer(page, tmp_path):
    assert checking.check(page, written(tmp_path, page.solution)).startswith("Correct: ")


@every_lesson
def test_the_wrong_answers_are_changes_of_the_right_one(page):
    """Most of them are checked before a release only."""
    assert all(old in page.solution for old, _, _ in answers(page).WRONG)


@pytest.mark.parametrize(("page", "old", "new", "message"), WRONG)
def test_a_wrong_answer_is_told_what_is_wrong(page, old, new, message, tmp_path):
    right = page.solution
    with pytest.raises(checking.WrongAnswer) as error:
        checking.check(page, written(tmp_path, right.replace(old, new)))
    assert message in str(error.value)


def test_an_answer_that_is_not_there_or_no_python(tmp_path):
    with pytest.raises(UsageError, match=r"nothing\.py does not exist; write your answer to it"):
        checking.check(lesson(1), tmp_path / "nothing.py")
    with pytest.raises(checking.WrongAnswer, match=r"Importing .* raised SyntaxError: .*"):
        checking.check(lesson(1), written(tmp_path, "def means(:"))
    for leaves in ("exit(0)", "def means(images):\n    exit(0)"):
        with pytest.raises(checking.WrongAnswer, match="SystemExit: 0"):
            checking.check(lesson(1), written(tmp_path, f"from sys import exit\n{leaves}"))
    with pytest.raises(UsageError, match="Lesson 99 does not exist"):
        lesson(99)


@pytest.mark.slow
def test_a_class_is_checked_each_answer_by_itself(tmp_path, capsys):
    answers = {("ada", 2): lesson(2).solution, ("bob", 2): "import os; os._exit(3)",
               ("bob", 7): "while True: pass", ("carl", 99): ""}  # fmt: skip
    for (name, number), text in answers.items():
        (tmp_path / name).mkdir(exist_ok=True)
        (tmp_path / name / f"exercise_{number}.py").write_text(text)
    assert main(["lessons", "check", "--all", str(tmp_path), "--limit", "60"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split() for line in lines[:3]] == [["2", "7"], ["ada", "ok"], ["bob", "x", "x"]]
    assert "takes longer than 60 seconds" in lines[-1]


@pytest.mark.parametrize("words", [["check"], ["check", "--all", "nowhere"], ["solution", "99"]])
def test_what_cannot_be_checked_is_one_sentence(words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["lessons", *words])
    assert ended.value.code == 2
