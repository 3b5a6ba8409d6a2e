"""Whose module is it."""

import json.decoder

import numpy

import legacy_cnn.files
from legacy_cnn.compat import program


def test_files_outside_of_libraries_are_the_programs_own(tmp_path):
    assert (
        program.audience({"__name__": "model", "__file__": str(tmp_path / "model.py")}) == "program"
    )
    assert program.audience({"__name__": "__main__"}) == "program"  # a notebook's cell
    assert program.audience(globals()) == "program"


def test_libraries_are_not():
    for module in (json.decoder, numpy, legacy_cnn.files):
        assert program.audience(vars(module)) is None
    assert program.audience({"__name__": "posix"}) is None
    assert program.audience(None) is None and program.audience([]) is None


def test_old_libraries_see_their_own_faces():
    for name in program.OLD_LIBRARIES:
        assert program.audience({"__name__": f"{name}.part", "__file__": "/anywhere.py"}) == name
