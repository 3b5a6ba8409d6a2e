"""Foreign TensorFlow 1 programs with their ports; see programs/README.md."""

import importlib.util
from pathlib import Path

import pytest

from legacy_cnn import parity, show

pytestmark = pytest.mark.tensorflow

FILES = sorted((Path(__file__).parent / "programs").glob("*.py"))

#: Ports that are compared in every run: a right one, and a mistake.
USUAL = ("conditional_dropout", "conditional_dropout-wrong_rate")


def program(path):
    spec = importlib.util.spec_from_file_location(f"program_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def marked(path, *values):
    name = "-".join((path.stem, *values))
    return pytest.param(path, *values, marks=() if name in USUAL else pytest.mark.slow, id=name)


def compared(path, port):
    foreign = program(path)
    return parity.compare(
        getattr(foreign, port)(),
        reference=foreign.build,
        feeds=getattr(foreign, "FEEDS", None),
        steps=2,
        batch_size=16,
        validation_size=0,
    )


@pytest.mark.filterwarnings("ignore")  # the programs' own
@pytest.mark.parametrize("path", [marked(path) for path in FILES])
def test_a_right_port_of_a_foreign_program_is_the_same(path):
    report = compared(path, "right")
    assert report.same, show.plain(report)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    ("path", "port"), [marked(path, port) for path in FILES for port in program(path).PLACES]
)
def test_a_mistake_in_a_port_of_a_foreign_program_is_found_at_its_place(path, port):
    report = compared(path, port)
    assert not report.same
    assert report.first is not None, show.plain(report)
    assert report.first[0].name == program(path).PLACES[port], show.plain(report)
