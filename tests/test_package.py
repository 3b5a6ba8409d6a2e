"""The package as it is installed, and promises about its source."""

import ast
import os
import re
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

import legacy_cnn
from legacy_cnn.mnist import sources

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "legacy_cnn"


@pytest.mark.tensorflow
def test_every_public_name_is_there():
    for name in legacy_cnn.__all__:
        assert getattr(legacy_cnn, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        getattr(legacy_cnn, "nothing")  # noqa: B009


def test_public_api_of_tensorflow_only():
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert not name.startswith(("tensorflow.python", "keras.src")), (path, name)


#: What imports what, from the top down: a folder or module may import from lines below its own.
ORDER = (
    "__main__",
    "cli",
    "commands __init__",
    "lab",
    "commandline",
    "lessons pytest_plugin",
    "study bench comparison",
    "porting",
    "parity",
    "compat",
    "originals",
    "evaluation prediction conversion serving",
    "cluster",
    "training",
    "show",
    "expected",
    "settings",
    "weights",
    "programs",
    "ports optimised mistakes",
    "tutorial",
    "input_data inspection pictures feeding rundir",
    "randomness",
    "processes",
    "mnist declarations tensorflow_start",
    "results threads streams provenance locks releases",
    "outside",
    "files",
    "vocabulary errors escaping",
)


def imports_of(path):
    """The folders and modules of this package that a file imports, but for types alone."""
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            node.body = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("legacy_cnn"):
            parts = node.module.split(".")[1:]
            yield from parts[:1] or [alias.name for alias in node.names]


def test_imports_point_one_way():
    level = {name: line for line, names in enumerate(ORDER) for name in names.split()}
    for path in PACKAGE.rglob("*.py"):
        own = path.relative_to(PACKAGE).with_suffix("").parts[0]
        for target in imports_of(path):
            if target not in ("__version__", own):
                assert level[target] > level[own], (path, target)


def test_the_map_of_the_code_has_the_same_order():
    text = (ROOT / "docs" / "CONTRIBUTING.md").read_text()
    _, _, table = text.partition("| In `legacy_cnn/` | Contents |\n| --- | --- |\n")
    rows = [line.split("|")[1] for line in table.partition("\n\n")[0].splitlines()]
    named = [re.findall(r"`(\w+)(?:/|\.py)`", row) for row in rows]
    assert [sorted(names) for names in named] == [sorted(line.split()) for line in ORDER]


def test_no_module_has_the_name_of_something_beside_it():
    """`package.name` would be one or the other, whichever was imported last."""
    for init in PACKAGE.rglob("__init__.py"):
        modules = {path.stem for path in init.parent.iterdir()} - {"__init__"}
        for node in ast.walk(ast.parse(init.read_text())):
            if isinstance(node, ast.ImportFrom) and node.module != "legacy_cnn":
                names = {alias.asname or alias.name for alias in node.names}
                package = init.parent.relative_to(PACKAGE.parent).as_posix().replace("/", ".")
                assert node.module == package or not names & modules, (init, names & modules)
            elif isinstance(node, ast.FunctionDef | ast.ClassDef):
                assert node.name not in modules, (init, node.name)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", place, ROOT],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = place.glob("*.whl")
    return wheel


def test_the_wheel_has_every_file(wheel):
    paths = (path for path in PACKAGE.rglob("*") if "__pycache__" not in path.parts)
    files = {path for path in paths if path.is_file()}
    files.remove(PACKAGE / "parity" / "README.md")  # for those who work on it
    names = {path.relative_to(ROOT).as_posix() for path in files}
    assert names <= set(zipfile.ZipFile(wheel).namelist())


@pytest.fixture(scope="module")
def installed(wheel):
    """Python of a virtual environment with the wheel, which borrows this one's dependencies."""
    place = wheel.parent
    venv.create(place / "env")
    python = place / "env" / "bin" / "python"
    subprocess.run(
        # A checkout on PYTHONPATH counts as installed.
        [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps",
         "--ignore-installed", wheel],
        check=True, capture_output=True,
    )  # fmt: skip
    site = next((place / "env").glob("lib/python*/site-packages"))
    # Its own packages come first; this environment's editable install must not be seen.
    borrowed = [path for path in sys.path if path.endswith("site-packages")]
    (site / "borrowed.pth").write_text("\n".join(borrowed) + "\n")
    return python


@pytest.mark.slow
@pytest.mark.tensorflow
def test_the_wheel_trains_in_an_empty_directory(installed, tmp_path, small_set):
    def run(*arguments):
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        return subprocess.run(
            [installed.with_name(arguments[0]), *arguments[1:]],
            cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120,
        )  # fmt: skip

    where = run("python", "-c", "import legacy_cnn; print(legacy_cnn.__file__)").stdout
    assert where.startswith(str(installed.parent.parent))
    data = run("legacy-cnn", "data")
    assert data.stdout.startswith("MNIST: every file is valid")
    assert str(installed.parent.parent) in data.stdout
    assert run("legacy-cnn", "lessons", "show", "14").stdout.startswith("# State of the old loader")
    options = ["--epochs", "1", "--validation-size", "0", "--data-dir", str(small_set)]
    trained = run("legacy-cnn", "train", *options)
    assert trained.returncode == 0, trained.stderr
    assert trained.stdout.startswith("Epoch 0 completed out of 1 loss: ")
    named = f"Data: a set without a known name in {small_set}"
    assert trained.stderr.splitlines() == [named, "Run directory: runs/1"]
    assert run("legacy-cnn", "evaluate", "runs/1").returncode == 0
    assert run("python", "-m", "legacy_cnn", "export", "runs/1").stdout == "runs/1/export\n"


def test_the_data_card_gives_the_digests():
    card = (PACKAGE / "mnist" / "data" / "README.md").read_text()
    for name, digest in sources.KNOWN["MNIST"].items():
        assert name in card and digest in card
