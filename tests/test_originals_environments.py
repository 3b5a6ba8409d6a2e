"""Old releases are set up, found, listed and run; the old Python here is a shell script."""

import ast
import difflib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from conftest import arguments_of, command
from legacy_cnn import releases
from legacy_cnn.errors import OriginalsError, UsageError
from legacy_cnn.mnist import sources
from legacy_cnn.originals import environments, installing, listing, packages, pythons

#: Says its version, and "installs": pip writes down what it is asked for.
FAKE = """#!/bin/sh
case "$*" in
*"import sys, tensorflow"*)
    [ "$FAKE" != broken ] || { echo "ImportError: no libstdc++" >&2; exit 1; }
    cat "${PYTHONPATH%%:*}/version" ;;
"-c "*) printf VERSION ;;
*"/tied.py pip "*)
    [ "$FAKE" != fail ] || { printf 'noise\\n\\033[31mERROR: No match\\033[0m\\n' >&2; exit 1; }
    mkdir -p "$6/google" "$6/enum"
    touch "$TMPDIR/pip-install-1"
    [ "$FAKE" != wait ] || { touch "$STARTED"; exec sleep 60; }
    echo "$PYTHONPATH|$*" >> "$LOG"
    printf '%s' "${7#tensorflow==}" > "$6/version" ;;
esac
"""


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A directory for environments, and no Python to be found."""
    monkeypatch.setenv(environments.VARIABLE, str(tmp_path / "home"))
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("PATH", "/usr/bin:/bin")
    monkeypatch.setenv("LOG", str(tmp_path / "log"))
    monkeypatch.setenv("STARTED", str(tmp_path / "started"))
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    return tmp_path / "home"


def script(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def fake_python(tmp_path, version):
    path = tmp_path / "pyenv" / "versions" / version / "bin" / f"python{version.rpartition('.')[0]}"
    return script(path, FAKE.replace("VERSION", version))


def test_how_every_release_is_installed_is_known():
    assert packages.PACKAGES.keys() == releases.RELEASES.keys()
    for name, row in packages.PACKAGES.items():
        assert set(row.pythons) <= set(packages.PYTHONS) and set(row.tried) <= set(row.versions)
        assert packages.find(name) == (row.versions[-1], row)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("1.15.1", r"^release 1\.15\.1 is not on the package index; of TensorFlow 1\.15 it has 1"),
        ("0.11", r"^release 0\.11 is not on the package index, which begins with .* 0\.12\.0\.$"),
        ("2.0", r"^release must be one of 0\.12, .*, or a version such as 1\.15\.5, not '2\.0'\.$"),
        ("../1.4", r", not '\.\./1\.4'\.$"),
    ],
)
def test_a_release_that_does_not_exist(name, sentence):
    for use in (packages.find, environments.find, installing.set_up, listing.source):
        with pytest.raises(UsageError, match=sentence):
            use(name)


def test_the_last_patch_of_pyenv_is_found_and_a_shim_that_does_not_run_is_not(
    home, tmp_path, monkeypatch
):
    assert pythons.search("3.7") is None
    for version in ("3.7.9", "3.7.16", "3.6.15"):
        fake_python(tmp_path, version)
    script(tmp_path / "shims" / "python3.7", "#!/bin/sh\necho not installed >&2\nexit 127\n")
    monkeypatch.setenv("PATH", f"{tmp_path / 'shims'}:/usr/bin:/bin")
    assert pythons.find(["2.7", "3.7", "3.6"]).version == "3.7.16"
    script(tmp_path / "shims" / "python3.7", "#!/bin/sh\nprintf 3.7.1\n")
    assert pythons.find(["3.7"]).path == str(tmp_path / "shims" / "python3.7")


def test_a_release_is_set_up_and_listed(home, tmp_path, called):
    fake_python(tmp_path, "3.7.16")
    done = called("originals", "setup", "1.15")
    place = home / "1.15.5"
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"TensorFlow 1.15.5 on Python 3.7.16: {place}\n"
    (line,) = (tmp_path / "log").read_text().splitlines()
    assert "/tied.py pip install --no-compile --target " in line
    assert line.endswith(" tensorflow==1.15.5 protobuf==3.20.3 numpy==1.18.5 h5py==2.10.0")
    assert (place / "site" / "google" / "__init__.py").read_text() == ""
    assert environments.find("1.15") == environments.find("1.15.5") == ("1.15.5", place)
    (home / "notes").mkdir()
    (home / "1.4.0").mkdir()
    assert called("originals").stdout.splitlines() == [
        "TensorFlow  Python   Directory",
        f"1.4.0       damaged  {home / '1.4.0'}",
        f"1.15.5      3.7.16   {place}",
        "",
        "Python 2.7: not found",
        "Python 3.6: not found",
        f"Python 3.7: {tmp_path / 'pyenv' / 'versions' / '3.7.16' / 'bin' / 'python3.7'}",
    ]
    again = called("originals", "setup", "1.15.5")
    assert again.returncode == 1
    assert again.stderr.startswith(f"legacy-cnn: {place} exists already; delete it to set up Tens")
    missing = called("originals", "run")
    assert missing.returncode == 2
    assert missing.stderr.endswith("error: the following arguments are required: RELEASE\n")
    damaged = called("originals", "run", "1.4", "x.py")
    assert damaged.returncode == 1
    assert damaged.stderr.startswith(f"legacy-cnn: {home / '1.4.0'} is damaged: ")


def test_python_3_6_gets_another_pip_first(home, tmp_path):
    fake_python(tmp_path, "3.6.15")
    environment, python = installing.set_up("1.4.0")
    first, second = (tmp_path / "log").read_text().splitlines()
    assert first.endswith(" pip==21.3.1") and "/tied.py pip install " in first
    assert second.split("|")[0].endswith("/pip")
    assert second.endswith(" tensorflow==1.4.0 protobuf==3.19.6 numpy==1.16.6")
    assert python.version == "3.6.15"
    assert sorted(path.name for path in environment.path.iterdir()) == ["bin", "site"]
    assert not list((tmp_path / "temporary").iterdir())
    assert not (environment.path / "site" / "enum").exists()  # it would hide Python's own


def test_where_no_python_is_found(home, called):
    done = called("originals", "setup", "1.13.2")
    assert done.returncode == 1 and done.stderr == (
        "legacy-cnn: No python3.7 or python3.6 or python2.7 was found on the PATH or in "
        f"{home.parent / 'pyenv' / 'versions'}; install one, for example with pyenv install 3.7, "
        "or give a path as --python.\n"
    )
    assert not home.exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("no-python", "must be the path or the command of a Python; 'no-python' does not run as"),
        ("/dev/null", "must be the path or the command of a Python; '/dev/null' does not run as"),
        (sys.executable, f"must be Python 2.7 for this release; {sys.executable} is 3."),
        ("python3.7", "must be Python 2.7 for this release; python3.7 is 3.7.16."),
    ],
)
def test_a_python_that_does_not_fit(home, tmp_path, called, name, sentence):
    fake_python(tmp_path, "3.7.16")
    done = called("originals", "setup", "0.12.1", "--python", name)
    assert done.returncode == 2
    assert f"\nlegacy-cnn originals setup: error: --python {sentence}" in done.stderr


@pytest.mark.parametrize(
    ("how", "sentence"),
    [
        ("fail", "failed: noise ERROR: No match"),
        ("broken", "TensorFlow 1.14.0 was installed but cannot be imported: ImportError: no lib"),
    ],
)
def test_a_setup_that_fails_leaves_nothing(home, tmp_path, monkeypatch, how, sentence):
    fake_python(tmp_path, "3.7.16")
    monkeypatch.setenv("FAKE", how)
    with pytest.raises(OriginalsError, match=sentence):
        installing.set_up("1.14")
    assert [path.name for path in home.iterdir()] == [".1.14.0.lock"]
    with pytest.raises(OriginalsError, match=r"^TensorFlow 1\.14 is not set up in .*: run legacy"):
        environments.find("1.14")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_setup_that_is_stopped_half_way(home, tmp_path, monkeypatch, number):
    fake_python(tmp_path, "3.7.16")
    started = tmp_path / "started"
    process = subprocess.Popen(
        arguments_of("originals", "setup", "1.14"),
        env={**os.environ, "FAKE": "wait"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not started.exists():
        assert process.poll() is None
        time.sleep(0.01)
    with pytest.raises(OriginalsError, match=r"^Another process is setting up TensorFlow 1\.14"):
        installing.set_up("1.14")
    os.killpg(process.pid, number)
    _, stderr = process.communicate()
    left = [path.name for path in home.iterdir() if not path.name.endswith(".lock")]
    if number == signal.SIGTERM:
        assert (process.returncode, stderr, left) == (143, "Stopped.\n", [])
        assert not list((tmp_path / "temporary").iterdir())
    else:
        assert len(left) == 1 and environments.installed() == []
    installing.set_up("1.14")
    assert sorted(path.name for path in home.iterdir()) == [".1.14.0.lock", "1.14.0"]


def test_a_directory_that_is_a_file_is_told(home, called):
    home.write_text("")
    done = called("originals")
    assert (done.returncode, done.stderr) == (1, f"legacy-cnn: {home}: Not a directory.\n")


def test_an_environment_whose_python_is_gone(home, tmp_path):
    fake_python(tmp_path, "3.7.16").chmod(0o755)
    environment, python = installing.set_up("1.14")
    os.unlink(python.path)
    done = command("originals", "run", "1.14", "x.py")
    assert (done.returncode, done.stdout) == (127, "")
    assert done.stderr == (
        f"{python.path} is gone; delete {environment.path}, then run "
        "legacy-cnn originals setup 1.14.0.\n"
    )


PROGRAM = """
import os, sys
print(sys.argv[1:], sys.stdin.read(), os.getcwd())
if "wait" in sys.argv:
    import time
    time.sleep(60)
sys.exit(7)
"""


@pytest.fixture
def ready(home):
    """An environment of 1.4.0 with today's Python."""
    return script(home / "1.4.0" / "bin" / "python", f'#!/bin/sh\nexec {sys.executable} "$@"\n')


def test_a_script_runs_as_python_runs_it(ready, tmp_path):
    (tmp_path / "old.py").write_text(PROGRAM)
    words = ["old.py", "--debug", "", "--", "-h"]
    done = command("originals", "run", "1.4", *words, cwd=tmp_path, input="typed")
    assert (done.returncode, done.stderr) == (7, "")
    assert done.stdout == f"['--debug', '', '--', '-h'] typed {tmp_path}\n"
    missing = command("originals", "run", "1.4", "no.py", cwd=tmp_path)
    assert missing.returncode == 2 and "can't open file" in missing.stderr


def test_a_signal_is_the_scripts(ready, tmp_path):
    (tmp_path / "old.py").write_text(PROGRAM.replace("print(", "print(flush=True, *(").replace(
        "os.getcwd())", "os.getcwd()))"
    ))  # fmt: skip
    process = subprocess.Popen(
        arguments_of("originals", "run", "1.4", tmp_path / "old.py", "wait"),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    assert process.stdout.readline().startswith(b"['wait']")
    process.terminate()
    process.communicate()
    assert process.returncode == -signal.SIGTERM


def test_the_listing_has_named_arguments_from_1_0_on():
    old, new = listing.source("0.12"), listing.source("1.0.1")
    changed = [
        line for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[0] in "-+"
    ]
    assert changed == [
        "-     cost = tf.reduce_mean( tf.nn.softmax_cross_entropy_with_logits(prediction,y) )",
        "+     cost = tf.reduce_mean( "
        "tf.nn.softmax_cross_entropy_with_logits(logits=prediction,labels=y) )",
    ]
    assert listing.source("1.15.5") == new
    assert listing.source("0.12.1", epochs=2) == old.replace("hm_epochs = 10", "hm_epochs = 2")
    compile(old, "listing", "exec")
    assert f'read_data_sets("{listing.DATA_DIR}", one_hot = True)' in old


def test_the_listing_finds_mnist(ready, tmp_path, monkeypatch):
    place = tmp_path / "data"
    place.mkdir()
    own, *others = [f"{name}.gz" for name in sources.NAMES]
    (place / own).write_bytes(b"own")
    assert listing.provide_data(place) and not listing.provide_data(place)
    assert sorted(path.name for path in place.iterdir()) == sorted([own, *others])
    assert (place / own).read_bytes() == b"own"


@pytest.mark.parametrize(
    "path", ["legacy_cnn/originals/steps_there.py", "docs/experiments/support/turns_there.py"]
)
def test_what_runs_there_is_written_for_python_2_7(path):
    text = (Path(__file__).parent.parent / path).read_text("ascii")
    newer = ast.JoinedStr | ast.AnnAssign | ast.Nonlocal | ast.YieldFrom | ast.NamedExpr
    for node in ast.walk(ast.parse(text)):
        assert not isinstance(node, newer), node.lineno
        if isinstance(node, ast.FunctionDef):
            assert node.returns is None and not node.args.kwonlyargs, node.lineno
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "print":
            raise AssertionError(f"line {node.lineno} prints: a statement on Python 2.7")
