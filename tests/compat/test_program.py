"""Whose module is it."""

import json.decoder
import os

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


def test_libraries_are_known_by_their_folder_wherever_it_is(tmp_path, monkeypatch):
    for folder in ("site-packages", "dist-packages"):
        file = str(tmp_path / folder / "old" / "model.py")
        assert program.audience({"__name__": "old.model", "__file__": file}) is None
    monkeypatch.setattr(program, "claimed", str(tmp_path / "dist-packages" / "old") + os.sep)
    assert program.audience({"__name__": "old.model", "__file__": file}) == "program"


def test_text_that_is_executed_is_of_who_does_so():
    namespace = {"importer": program.importer}
    exec("found = importer(globals())", namespace)
    assert namespace["found"] is globals()
    assert program.importer({"__name__": "other"}) == {"__name__": "other"}


def test_old_libraries_see_their_own_faces():
    for name in program.OLD_LIBRARIES:
        assert program.audience({"__name__": f"{name}.part", "__file__": "/anywhere.py"}) == name
