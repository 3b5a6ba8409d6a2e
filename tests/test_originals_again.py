"""The goldens of the releases, made again and held together."""

import ast

import pytest

from experiments import originals
from experiments.support import goldens
from experiments.support.release_differences import DIFFERENCES
from support.originals import GOLDENS, OLD, TODAY, known, unexplained

FOLDER = goldens.FOLDER
#: What is compared as another kind of thing: node by node.
SECTIONS = set(GOLDENS[TODAY]) - {"graph"}


@pytest.mark.parametrize("section", sorted(SECTIONS))
@pytest.mark.parametrize("release", OLD)
def test_the_recorded_goldens_agree(section, release):
    """Without TensorFlow: what was recorded of today's, with layers and cells of Keras 2."""
    assert not unexplained(section, release, GOLDENS[TODAY][section])


def test_every_known_difference_is_one():
    seen = set()
    for release in OLD:
        for section in SECTIONS:
            there, here = GOLDENS[release][section], GOLDENS[TODAY][section]
            for each in goldens.differences(section, there, here):
                if not each.is_rounding:
                    seen |= {row for row in known(each, release) if row.until == release}
    assert set(DIFFERENCES) == seen


def test_files_are_small():
    for release in GOLDENS:
        assert (FOLDER / f"{release}.json").stat().st_size < 330_000


def test_the_writer_is_python_2():
    """As far as a parser can tell: no annotation, no f-string, no argument by keyword alone."""
    later = (ast.JoinedStr, ast.AnnAssign, ast.Nonlocal, ast.AsyncFunctionDef, ast.NamedExpr)
    for path in [*FOLDER.glob("*.py"), *FOLDER.glob("sections/*.py")]:
        tree = ast.parse(path.read_text(encoding="ascii"))
        for node in ast.walk(tree):
            assert not isinstance(node, (*later, ast.YieldFrom, ast.Match)), path
            if isinstance(node, ast.arguments):
                assert not node.kwonlyargs and not node.posonlyargs, path
            if isinstance(node, ast.Starred):
                assert isinstance(node.ctx, ast.Load), path
            if isinstance(node, ast.FunctionDef):
                assert node.returns is None, path


@pytest.mark.slow
@pytest.mark.tensorflow
@pytest.mark.parametrize("release", GOLDENS)
def test_a_release_writes_its_golden_again(release, tmp_path):
    if goldens.version(release) < (2,):
        environments = pytest.importorskip("legacy_cnn.originals.environments")
        if release not in [each.version for each in environments.installed()]:
            pytest.skip(f"TensorFlow {release} is not set up")
    originals.write(release, tmp_path)
    (path,) = tmp_path.glob("[0-9]*.json")
    again = goldens.read_file(path)
    assert again.keys() == GOLDENS[release].keys()
    for section, cases in again.items():
        assert cases.keys() == GOLDENS[release][section].keys()
        found = list(goldens.differences(section, GOLDENS[release][section], cases))
        assert all(each.is_rounding for each in found)
        assert [{*each} for each in cases.values()] == [
            {*GOLDENS[release][section][case]} for case in cases
        ]
