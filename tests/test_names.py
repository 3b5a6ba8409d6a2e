"""Names from outside are shown as they are, and do nothing to the terminal, whatever is in them."""

import contextlib
import io
import json
import os
import re
import shutil
import sys
from unittest import mock

import pytest

from legacy_cnn import cli, files
from legacy_cnn.commandline import output
from legacy_cnn.commandline.options import Usage
from legacy_cnn.escaping import without_passwords
from legacy_cnn.results import Prediction, Predictions

#: What a file may be called, and what of it is shown.
NAMES = {
    "final[bold].png": "final[bold].png",
    "[/x].png": "[/x].png",
    ":smiley: [link=x].png": ":smiley: [link=x].png",
    "\x1b[31mred\x07.png": r"\x1b[31mred\x07.png",
    os.fsdecode(b"half\xff.png"): r"half\udcff.png",
    "two\nlines\r.png": r"two\nlines\r.png",
    "‮right.png": r"\u202eright.png",
    "é.png": "é.png",
}


class Stream(io.TextIOWrapper):
    """A stream in memory."""

    def __init__(self, encoding, errors):
        super().__init__(io.BytesIO(), encoding=encoding, errors=errors, write_through=True)

    def text(self):
        return self.buffer.getvalue().decode(self.encoding)


@contextlib.contextmanager
def streams(encoding):
    """Python's two streams in an encoding; pytest puts its own in their place before a test."""
    out, err = Stream(encoding, "strict"), Stream(encoding, "backslashreplace")
    with (
        mock.patch.multiple(sys, stdout=out, stderr=err),
        mock.patch.dict(os.environ, COLUMNS="300"),
    ):
        yield out, err


every = pytest.mark.parametrize(
    ("name", "encoding"), [(name, encoding) for name in NAMES for encoding in ("utf-8", "ascii")]
)


def expected(name, stream):
    shown = NAMES[name]
    return shown if stream.encoding == "utf-8" else shown.replace("é", r"\xe9")


def is_plain(text):
    return all(line.isprintable() for line in text.splitlines())


@every
def test_a_name_in_a_result(name, encoding, tmp_path):
    result = Predictions((Prediction(name, 1, (0.0, 1.0, *8 * (0.0,))),))
    (tmp_path / "x.json").write_text(json.dumps(result.to_json()))
    page = tmp_path / "page.html"
    with streams(encoding) as (out, err):
        assert cli.main(["show", str(tmp_path / "x.json"), "--html", str(page)]) == 0
        assert out.errors == "strict"  # it is put back
    assert expected(name, out) in out.text() and is_plain(out.text())
    assert page.read_text("utf-8") and err.text() == ""


@every
def test_a_name_in_an_error(name, encoding, tmp_path):
    with streams(encoding) as (_, err):
        assert cli.main(["show", str(tmp_path / name)]) == 1
    assert expected(name, err) in err.text()
    assert err.text().count("\n") == 1 and is_plain(err.text())
    with streams(encoding) as (_, err), pytest.raises(Usage):
        cli.main(["show", "x", name])
    assert expected(name, err) in err.text() and is_plain(err.text())


@every
def test_a_directory_of_data(name, encoding, small_set, tmp_path):
    shutil.copytree(small_set, tmp_path / name)
    with streams(encoding) as (out, _):
        assert cli.main(["data", "--data-dir", str(tmp_path / name)]) == 0
    assert expected(name, out) in out.text() and is_plain(out.text())


@every
def test_a_path_for_scripts_is_printed_byte_by_byte(name, encoding):
    with streams(encoding) as (out, _):
        output.print_path(name)
        assert out.buffer.getvalue() == os.fsencode(name) + b"\n"


def test_half_a_character_in_a_page_is_escaped(tmp_path):
    files.write_text(tmp_path / "page", "\udcff")
    assert (tmp_path / "page").read_bytes() == rb"\udcff"


HALF = os.fsdecode(b"half\xff")


@pytest.mark.parametrize(
    "words",
    [
        ["train", "--run-dir", HALF],
        ["train", "--resume", "--run-dir", HALF],
        ["evaluate", HALF],
        ["predict", HALF, "x.png"],
        ["export", HALF],
    ],
)
def test_a_run_whose_name_tensorflow_cannot_take(words, tmp_path, monkeypatch, called):
    monkeypatch.chdir(tmp_path)
    os.mkdir(HALF)
    done = called(*words)
    assert done.returncode == 1 and not os.listdir(HALF)
    assert done.stderr == (
        r"legacy-cnn: half\udcff is not UTF-8, which TensorFlow needs in names: rename it." + "\n"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("git+https://host/me/x@v1", "git+https://host/me/x@v1"),
        ("git+https://host:8080/me/x@v1", "git+https://host:8080/me/x@v1"),
        ("http://[::1]:80/x@v1", "http://[::1]:80/x@v1"),
        ("file:///data/me@home/x", "file:///data/me@home/x"),
        ("https://h/a@b and http://me:x@h/", "https://h/a@b and http://...@h/"),
        ("https://token@host/x@v1", "https://...@host/x@v1"),
        ("http://me:1234@h:80/", "http://...@h:80/"),
        ("http://me:p@ss/word@h/", "http://...@h/"),
        ("--source-url=https:/me:secret@h/", "--source-url=https:/...@h/"),
    ],
)
def test_what_is_a_password_in_a_text(text, shown):
    assert without_passwords(text) == shown
    assert without_passwords(shown) == shown


def test_no_command_repeats_a_password(capsys):
    address = "https://me:secret@127.0.0.1/"
    for words in (["data", address], ["evaluate", address], ["show", address, "--debug"]):
        with contextlib.suppress(SystemExit):
            cli.main(words)
        error = capsys.readouterr().err
        assert re.search("https:/+...@127.0.0.1", error) and "secret" not in error
