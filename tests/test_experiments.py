"""The experiments of docs/experiments are listed, have their help, and record what is recorded."""

import ast
import dataclasses
import functools
import json
import os
import re
import statistics
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from experiments import __main__ as runner
from experiments.support import recorded, tests
from support import studies, warm

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "experiments"
EXPERIMENTS = runner.find_experiments()


def test_every_experiment_is_listed():
    done = subprocess.run([sys.executable, FOLDER], capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    assert [line.split()[0] for line in lines if line[0] != " "] == list(EXPERIMENTS)
    listed = " ".join(done.stdout.split())
    for module in EXPERIMENTS.values():
        sentence = f"{module.HELP[0].upper()}{module.HELP[1:]}."
        assert f"{sentence} Writes {', '.join(module.WRITES)}. Takes {module.TAKES}." in listed


def test_an_experiment_is_a_file():
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__", "__main__"}
    assert set(EXPERIMENTS) == files and len(files) > 10


@pytest.mark.parametrize("name", EXPERIMENTS)
def test_an_experiment_has_its_help(name, capsys):
    with pytest.raises(SystemExit, match=r"^0$"):
        runner.main([name, "--help"])
    shown = " ".join(capsys.readouterr().out.split())
    assert shown.startswith(f"usage: python docs/experiments {name} ")
    assert EXPERIMENTS[name].HELP[1:] in shown


def test_every_recorded_file_has_its_command_in_contributing():
    page = (ROOT / "docs" / "CONTRIBUTING.md").read_text()
    _, section = page.split("\n## Record results\n")
    rows = re.findall(r"^\| (`.*?) \| (.*?) \|", section.split("\n## ")[0], re.MULTILINE)
    command = {file: text for files, text in rows for file in re.findall(r"`(.*?)`", files)}
    assert set(command) == {path.name for path in recorded.RESULTS.iterdir() if path.is_file()}
    for name, module in EXPERIMENTS.items():
        for file in set(module.WRITES) & set(command):
            assert f"python docs/experiments {name}" in command[file]


def test_experiments_use_public_names_only():
    for path in FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr.startswith("_"):
                public = node.attr.startswith("__") or ast.unparse(node.value) == "self"
                assert public, (path, ast.unparse(node))
            if isinstance(node, ast.ImportFrom):
                assert not any(each.name.startswith("_") for each in node.names), path
                root = node.module.split(".")[0]
                assert root not in ("conftest", "mutants", "support", "unittest"), path


def paths(value, at=()):
    """The keys that lead to each number, text and null of a JSON value, and its type."""
    if isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, list):
        parts = (("*", each) for each in value)
    else:
        return {(*at, "number" if isinstance(value, int | float) else type(value).__name__)}
    return {path for key, part in parts for path in paths(part, (*at, key))}


#: The package is imported before pytest is, which would rewrite its assertions.
IMPORTED = ("-W", "ignore::pytest.PytestAssertRewriteWarning")


def warm_pytest(words, cwd, stdout, check):
    """As `subprocess.run` runs pytest, but in a process that has imported TensorFlow already."""
    assert words[:3] == [sys.executable, "-m", "pytest"]
    here = functools.partial(os.chdir, cwd)
    return warm.command(*words[3:], *IMPORTED, main=pytest.main, before=here)


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize(
    "name",
    [
        "drift",
        "mutants",
        "changed_inputs",
        "hostile_files",
        "kills",
        "cluster_step",
        "cluster_kills",
        "cluster_stalls",
        "cluster_epoch",
        "scaling",
        "study_kills",
        "study_speed",
    ],
)
def test_a_small_run_writes_what_is_recorded(name, tmp_path, monkeypatch):
    import_module("tensorflow")  # which runs a command
    monkeypatch.setattr(tests.subprocess, "run", warm_pytest)
    assert runner.main([name, "--quick", str(tmp_path)]) == 0
    written = json.loads((tmp_path / f"{name}.json").read_text())
    assert paths(written) and paths(written) <= paths(recorded.read(name))


def test_the_pictures_of_the_front_page_are_what_is_drawn():
    overview, terminal = EXPERIMENTS["overview"], EXPERIMENTS["terminal"]
    assert (recorded.RESULTS / "overview.svg").read_text() == overview.picture()
    assert "tf.mul" in terminal.script()
    typed = [(words, "Same program.\n") for words in terminal.COMMANDS]
    for svg in (terminal.drawn(typed), (recorded.RESULTS / "terminal.svg").read_text()):
        assert "Same&#160;program." in svg and "url(http" not in svg and "@font-face" not in svg


def test_what_is_recorded_of_hostile_files_and_kills():
    for kind in recorded.read("hostile_files").values():
        assert (kind["status"], kind["lines"]) == (1, 1)
        assert kind["memory"] < 2e9 and kind["seconds"] < 60
    for command in recorded.read("kills").values():
        assert command["sound"] == command["kills"] >= 10
        assert command["ended_within"] < 20


def test_a_step_of_a_cluster_is_within_parity_s_bound():
    rows = recorded.read("cluster_step")["rows"]
    assert {(row["workers"], row["step"]) for row in rows} == {
        (workers, step) for workers in (1, 2, 3, 4) for step in (0, 10, 100, 428)
    }
    for row in rows:
        bound = 20 if row["workers"] > 1 else 0
        assert max(row[kind] for kind in ("loss", "gradients", "slots", "weights")) <= bound


def test_all_kills_of_a_cluster_ended_right():
    rows = recorded.read("cluster_kills")["rows"]
    for way in ("synchronous", "asynchronous"):
        assert sum(row["kills"] for row in rows if row["way"] == way) == 20
    assert len(rows) == 6 and all(row["right"] == row["kills"] for row in rows)
    assert all(row["apart"] < 0.01 for row in rows if row["way"] == "synchronous")


def test_what_is_recorded_of_kills_of_studies_on_a_cluster():
    rows = recorded.read("study_kills")["rows"]
    assert len({(row["killed"], row["shared"]) for row in rows}) == 8
    for row in rows:
        assert (row["kills"], row["right"], row["again"]) == (2, 2, 0)
        assert row["killed"] in ("scheduler", "client") or row["commands"] == row["kills"]


def test_what_a_task_adds_to_a_training_is_little():
    record = recorded.read("study_speed")
    more = [pair["task"] / pair["train"] - 1 for pair in record["pairs"]]
    assert len(more) == record["trainings"] == 8 and statistics.median(more) < 0.02
    on = [(study["on"], study["at once"]) for study in record["studies"]]
    assert on == [("workers", 1), ("workers", 2), ("workers", 4), ("jobs", 1), ("jobs", 2)]


def test_a_study_of_several_machines_says_how_many():
    from experiments.tables.study import made_on

    assert made_on(studies.study()) == (
        "with 2 threads on 2 cores of an of some kind; tensorflow 2.21.0"
    )
    one = studies.ENVIRONMENT
    hosts = {"a": ("scaled-0", "scaled-1"), "b": ("scaled-1",)}
    alike = [dataclasses.replace(one, host=host, trainings=own) for host, own in hosts.items()]
    other = dataclasses.replace(one, threads=1, host="c", trainings=("scaled-2",))
    assert made_on(studies.study(made_with=(*alike, other))) == (
        "2 of them with 2 threads on 2 machines with 2 cores of an of some kind; tensorflow "
        "2.21.0; and 1 of them with 1 thread on 2 cores of an of some kind; tensorflow 2.21.0"
    )


def test_a_disturbed_network_ends_a_cluster_right_or_not_at_all():
    facts = recorded.read("cluster_stalls")
    for row in facts["kinds"].values():
        assert row["right"] == row["runs"] == 5
        assert row["seconds"] <= facts["latest"]
    brief = facts["kinds"]["stalls for 5 seconds"]
    assert brief["complete"] == brief["runs"]


def test_a_synchronous_cluster_is_as_accurate_as_a_single_process():
    runs = recorded.read("cluster_epoch")["runs"]
    accuracies = {}
    for run in runs:
        accuracies.setdefault(run["way"], []).append(run["accuracy"])
        assert sum(run["staleness"]) == (429 if "asynchronous" in run["way"] else 0)
    assert {len(values) for values in accuracies.values()} == {5}
    alone, together = (
        statistics.mean(accuracies[way]) for way in ("single process", "synchronous, 2 workers")
    )
    assert abs(alone - together) < 0.003


def test_a_run_is_recorded(tmp_path):
    for name, content in recorded.read("train").items():
        (tmp_path / f"{name}.json").write_text(json.dumps(content))
    assert runner.main(["train", str(tmp_path), "--quick", str(tmp_path / "new")]) == 0
    written = (tmp_path / "new" / "train.json").read_text()
    assert written == (recorded.RESULTS / "train.json").read_text()


def test_a_failure_is_one_sentence(tmp_path, capsys):
    assert runner.main(["train", str(tmp_path / "no"), "--quick", str(tmp_path)]) == 1
    assert capsys.readouterr().err.startswith("error: [Errno 2] No such file or directory: ")


def test_old_programs_reach_what_their_authors_printed():
    from experiments.support.old_programs import PROGRAMS

    runs = recorded.read("old_programs")["runs"]
    programs = {each.name: each for each in PROGRAMS}
    assert len(programs) == len(PROGRAMS) and len(runs) >= 10 and set(runs) <= set(programs)
    for name, run in runs.items():
        program = programs[name]
        assert run["status"] == 0 and run["release"]
        if program.measure == "accuracy":
            assert run["number"] > program.authors - 0.012, name
        else:
            # Of the last batch: the author's last four differ by as much.
            assert run["number"] < 1.1 * program.authors, name


def test_an_old_program_is_run_and_read(tmp_path, monkeypatch):
    from experiments import old_programs
    from experiments.support.old_programs import OldProgram

    text = "print('Accuracy: 0.5'); print('Accuracy: 0.75'); open('left', 'w')"
    program = OldProgram("a", "b/c", "d", "e/f.py", "accuracy", 0.7, "", r"Accuracy: ([\d.]+)")
    (tmp_path / program.name).parent.mkdir(parents=True)
    (tmp_path / program.name).write_text(text)
    command = [sys.executable, "-c", "import sys; exec(open(sys.argv[-1]).read())"]
    found = old_programs.taken(program, tmp_path, command=command)
    assert found["status"] == 0 and found["number"] == 0.75 and found["release"] is None
    assert [path.name for path in (tmp_path / "b/c/d/e").iterdir()] == ["f.py"]
