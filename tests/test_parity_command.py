"""The command, the assertion and the pytest plugin."""

import argparse
import functools
import json
import os
import re
import shutil
import subprocess
import sys
from xml.etree import ElementTree

import keras as k
import pytest

from conftest import command
from legacy_cnn import parity, results
from legacy_cnn.errors import ParityError
from legacy_cnn.parity.requirements import SLOW
from legacy_cnn.results import Report
from support import reports, small, warm
from support.ports import LADDER

pytestmark = pytest.mark.tensorflow


def write_ports(folder):
    """Writes the small program and its ports as a user would have them."""
    shutil.copy(small.__file__, folder / "program.py")
    (folder / "mine.py").write_text(
        "from program import graph, k, network, port\n"
        "def good():\n"
        "    return port()\n"
        "def bad():\n"
        "    return port(k.optimizers.Adam(0.01, epsilon=1e-8))\n"
        "def none():\n"
        "    raise ValueError('no model today')\n"
        "def leaves():\n"
        "    raise SystemExit(0)\n"
        "def quits():\n"
        "    import os; os._exit(0)\n"
        "def uncompiled():\n"
        "    return network()\n"
    )


@pytest.fixture
def module(tmp_path, monkeypatch):
    write_ports(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)  # and puts back what the command adds
    for name in ("mine", "program"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    settings = ["--steps", "2", "--batch-size", "16", "--validation-size", "0", "--data-dir"]
    return ["--reference", "mine:graph", *settings]


def test_the_command(module, small_set, tmp_path, called):
    quick = "--except", "dropout,steps,fit,predictions,initial weights"
    page = tmp_path / "page.html"
    done = command("parity", "mine:good", *module, small_set, "--html", page, *quick)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "Same program." and lines[1].startswith("Compared: weights, forward, ")
    assert lines[2] == "mine:good against mine:graph"
    assert done.stderr == "" and "mine:good" in page.read_text()
    done = called("parity", "mine:bad", *module, small_set, "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert found["same"] is False and found["first"] == {"rung": "update", "tensor": "W_conv1"}
    assert [rung["name"] for rung in found["rungs"]] == LADDER
    assert all(rung["compares"] for rung in found["rungs"])
    assert Report.from_json(found).to_json() == found


def test_what_cannot_be_compared_has_a_status_of_its_own(module, small_set, called):
    done = called("parity", "mine:none", *module, small_set)
    assert done.returncode == 2 and done.stdout == ""
    assert done.stderr == (
        "legacy-cnn: The candidate mine:none cannot be built: ValueError: no model today "
        "(mine.py, line 7); run again with --debug for the traceback\n"
    )
    assert called("parity", "nothing.keras").returncode == 2
    assert called("parity", "mine:good", "--steps", "0").returncode == 2
    done = called("parity", "mine:leaves", *module, small_set)
    assert done.returncode == 2
    assert "mine:leaves cannot be built: SystemExit: 0 (mine.py, line 9)" in done.stderr
    done = called("parity", "mine:quits", *module, small_set)
    assert done.returncode == 2
    assert "mine:quits cannot be built: SystemExit: it called os._exit(0) (mine.py" in done.stderr


def test_what_is_not_compared_has_a_status_of_its_own(module, small_set, called):
    done = called("parity", "mine:uncompiled", *module, small_set)
    assert done.returncode == 3, done.stderr
    rungs = "dropout, loss, gradients, update, steps, fit"
    lines = done.stdout.splitlines()
    assert lines[0].startswith(f"Same as far as compared; not compared: {rungs}")
    assert lines[1] == "Compared: weights, forward, predictions, initial weights; left out: batch."
    assert "the model is not compiled" in lines[2] and "--except dropout,loss" in lines[3]
    report = Report.from_json(json.loads(called(*done.words, "--json").stdout))
    assert not report.same and report.verdict == "same as far as compared"
    left = ",".join(report.uncompared)
    assert called(*done.words, "--except", left).returncode == 0
    done = called(*done.words, "--except", "dropout,lost")
    assert done.returncode == 2 and "rung must be one of batch, weights, " in done.stderr
    assert done.stderr.endswith(", not 'lost'.\n")


@pytest.mark.slow
def test_a_quick_comparison_names_what_it_leaves_out(module, small_set, called):
    done = called("parity", "mine:good", *module, small_set, "--quick")
    assert done.returncode == 3, done.stderr
    assert done.stdout.startswith("Same as far as compared; not compared: steps")
    assert ": a quick comparison leaves it out." in done.stdout
    left = done.stdout.splitlines()[0].rstrip(".").partition("not compared: ")[2]
    done = called(*done.words, "--except", left.replace(", ", ","))
    assert done.returncode == 0 and done.stdout.startswith("Same program.\n")


def test_a_summary_does_not_wait_for_a_reader(tmp_path, called, monkeypatch):
    os.mkfifo(tmp_path / "summary")
    for path, kind in {tmp_path / "summary": "FIFO", os.devnull: "device"}.items():
        monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(path))
        done = called("parity", "no_such_module:port")
        assert done.returncode == 2
        said = f"GITHUB_STEP_SUMMARY: {path} is a {kind}; expected a file for a summary."
        assert said in done.stderr.splitlines()


@pytest.mark.slow
def test_the_files_for_continuous_integration(module, small_set, tmp_path, called, monkeypatch):
    junit, summary = tmp_path / "junit.xml", tmp_path / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    done = called("parity", "mine:bad", *module, small_set, "--junit", junit)
    assert done.returncode == 1, done.stderr
    (suite,) = ElementTree.parse(junit).getroot()
    assert suite.attrib["failures"] == "1" and suite.attrib["errors"] == "0"
    assert [case.attrib["name"] for case in suite if len(case) and case[0].tag == "failure"] == [
        "update"
    ]
    done = called("parity", "mine:none", *module, small_set, "--junit", junit)
    assert done.returncode == 2
    (suite,) = ElementTree.parse(junit).getroot()
    assert "ValueError: no model today" in suite[0][0].attrib["message"]
    different, failed = summary.read_text().split("### ")[1:]
    assert different.startswith("mine:bad: Different. The first difference is on rung update: W")
    assert failed.startswith("mine:none: could not be compared\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))  # a directory
    done = called("parity", "mine:none", *module, small_set)
    assert done.returncode == 2 and "GITHUB_STEP_SUMMARY: " in done.stderr
    done = called("parity", "mine:good", "--junit", tmp_path)
    assert done.returncode == 2 and "Is a directory" in done.stderr


def test_files_are_written_though_nobody_reads_what_is_printed(tmp_path, monkeypatch):
    """As with `| head`, once that has seen the verdict."""
    from legacy_cnn.commands.parity import _record

    def closed(*arguments):
        raise BrokenPipeError

    junit = tmp_path / "junit.xml"
    monkeypatch.setattr("legacy_cnn.commands.parity.print_result", closed)
    with pytest.raises(BrokenPipeError):
        _record(argparse.Namespace(html=None, junit=str(junit)), reports.climbed())
    assert ElementTree.parse(junit).getroot().tag == "testsuites"


def test_an_error_of_our_own_is_a_sentence(module, small_set, called, monkeypatch):
    def broken(*arguments):
        raise KeyError("nobody expected this")

    monkeypatch.setattr("legacy_cnn.parity.ladder.ground_of", broken)
    done = called("parity", "mine:good", *module, small_set)
    assert done.returncode == 2 and done.stdout == ""
    first, _, last = done.stderr.partition(" (")
    assert first == (
        "legacy-cnn: The comparison could not be finished: KeyError: 'nobody expected this'"
    )
    assert last.endswith("; run again with --debug for the traceback\n") and "\n" not in last[:-1]
    assert "Traceback" in called("parity", "mine:good", *module, small_set, "--debug").stderr
    with pytest.raises(ParityError, match="nobody expected this"):
        parity.compare(small.port(), data_dir=small_set, validation_size=0)


@pytest.mark.slow
def test_the_assertion_shows_the_table(small_set, small_reference):
    settings = {
        "reference": small_reference,
        "steps": 1,
        "batch_size": 16,
        "validation_size": 0,
        "data_dir": small_set,
    }
    assert parity.assert_same_program(small.port(), **settings).same
    with pytest.raises(AssertionError, match="Same as far as compared; not compared: steps, fit"):
        parity.assert_same_program(small.port(), **settings, quick=True)
    assert parity.assert_same_program(small.port(), **settings, except_for=SLOW).same
    with pytest.raises(AssertionError, match="The first difference is on rung update") as caught:
        parity.assert_same_program(small.port(k.optimizers.Adam(0.01)), **settings)
    first = str(caught.value).splitlines()[0]
    assert first.startswith("Different. The first difference is on rung update: W_conv1")
    assert re.search(r"gradients +passed", str(caught.value))


def test_the_fixture_of_the_plugin(small_set, tmp_path):
    write_ports(tmp_path)
    (tmp_path / "test_port.py").write_text(
        "from mine import bad, good, graph\n"
        "SMALL = dict(steps=1, batch_size=16, validation_size=0, reference=graph,\n"
        f"    data_dir={str(small_set)!r},\n"
        "    except_for=('dropout', 'steps', 'fit', 'predictions', 'initial weights'))\n"
        "def test_good(assert_same_program):\n"
        "    assert assert_same_program(good(), **SMALL).same\n"
        "def test_bad(assert_same_program):\n"
        "    assert_same_program(bad(), **SMALL)\n"
    )
    here = functools.partial(os.chdir, tmp_path)
    done = warm.command("-q", "-p", "no:cacheprovider", tmp_path, main=pytest.main, before=here)
    assert "1 failed, 1 passed" in done.stdout, done.stdout + done.stderr
    assert "Different. The first difference is on rung update: W_conv1." in done.stdout
    assert "FAILED test_port.py::test_bad - Failed: Different. The first" in done.stdout
    # Where CI is set, pytest repeats the whole message in its summary.
    failures, _, _ = done.stdout.partition("short test summary info")
    assert len(re.findall("gradients +passed", failures)) == 1
    path = re.search(r"All of it: legacy-cnn show (\S+)", failures)[1]
    assert results.read(path, Report).first[0].name == "update"
    assert "pytest_plugin.py" not in done.stdout and "Traceback" not in done.stdout


def test_the_plugin_imports_no_tensorflow():
    code = "import sys, legacy_cnn.pytest_plugin; assert 'tensorflow' not in sys.modules"
    assert subprocess.run([sys.executable, "-c", code], timeout=60).returncode == 0
