"""Foreign programs are ported: the port that is written is the same program."""

import importlib
from pathlib import Path

import pytest

from legacy_cnn import porting
from legacy_cnn.errors import LegacyCnnError

pytestmark = pytest.mark.tensorflow

NAMES = sorted(path.stem for path in Path(__file__).with_name("programs").glob("*.py"))


def verdict(name, folder):
    program = importlib.import_module(f"tests.programs.{name}")
    try:
        result = porting.port(program.build, folder, feeds=getattr(program, "FEEDS", None))
    except LegacyCnnError as error:
        return str(error)
    return result.verdict


@pytest.mark.slow
def test_a_loss_of_a_collection_and_its_schedule_are_ported(tmp_path):
    assert verdict("losses_collection", tmp_path / "port") == "same"


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_the_port_is_the_same_program(name, tmp_path):
    assert verdict(name, tmp_path / "port") == "same"
