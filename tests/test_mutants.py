"""The checker is checked: every planted mistake is caught where it was made, and no rewrite is."""

import json
import pkgutil
from pathlib import Path

import pytest

import mutants
from legacy_cnn.errors import LegacyCnnError
from legacy_cnn.parity.rungs import RUNGS
from legacy_cnn.results.report import NOT_COMPARED, PASSED
from mutants import MUTANTS, compared

pytestmark = pytest.mark.tensorflow

RECORD = Path(__file__).parent.parent / "docs" / "results" / "mutants.json"
MISTAKES = [mutant for mutant in MUTANTS if mutant.rung]
REWRITES = [mutant for mutant in MUTANTS if not mutant.rung]


#: Those that are compared in every run, one of each kind of port. A comparison takes up to 30
#: seconds; small programs and files are caught on the other rungs: on weights in
#: test_parity_candidates.py, on forward in test_parity.py, on dropout in test_parity_noise.py, from
#: loss to steps in test_parity_causes.py, above in test_parity_rungs.py. A rewrite passes in
#: test_parity.py.
QUICK = (
    "data-transposed",
    "eager-kernel-stopped",
)


def by_name(chosen):
    """Parameters; all but those that are compared in every run are slow."""
    return [
        pytest.param(
            mutant, id=mutant.name, marks=() if mutant.name in QUICK else (pytest.mark.slow,)
        )
        for mutant in chosen
    ]


@pytest.fixture
def report_of(compared_set, tutorial_reference, record_property):
    """What compares a mutant, and notes the first difference for docs/experiments/mutants.py."""

    def compare(mutant):
        try:
            report = compared(mutant, tutorial_reference, compared_set)
        except LegacyCnnError as error:
            record_property("mutant", row(mutant, {"error": str(error)}))
            raise
        record_property("mutant", row(mutant, place(report)))
        return report

    return compare


def row(mutant, found):
    """The mutant's row in mutants.json."""
    return json.dumps(
        {"name": mutant.name, "what": mutant.what, "expected": expected(mutant), "found": found}
    )


def expected(mutant):
    return mutant.rung and {"rung": mutant.rung, "tensor": mutant.tensor}


def place(report):
    """Where a report has its first difference, or None."""
    if report.first is None:
        return None
    rung, finding = report.first
    return {"rung": rung.name, "tensor": finding.tensor, "cause": finding.cause}


@pytest.mark.filterwarnings("ignore:Gradients do not exist")  # Keras sees some of them, too
@pytest.mark.parametrize("mutant", by_name(MISTAKES))
def test_a_mistake_is_caught_where_it_is(mutant, report_of):
    if mutant.refused:
        with pytest.raises(LegacyCnnError, match=mutant.refused):
            report_of(mutant)
        return
    report = report_of(mutant)
    assert not report.same, "not caught"
    rung, finding = report.first
    assert (rung.name, finding.tensor) == (mutant.rung, mutant.tensor), finding
    assert is_the_cause(mutant, finding.cause)


def is_the_cause(mutant, cause):
    """Whether a cause is the mistake's; none is named for a mistake without one."""
    return mutant.cause in cause if mutant.cause else not cause


@pytest.mark.parametrize("mutant", by_name(REWRITES))
def test_an_equal_rewrite_passes(mutant, report_of):
    report = report_of(mutant)
    assert report.same, report.first
    assert {rung.status for rung in report.rungs} <= {PASSED, NOT_COMPARED}


def test_every_rung_catches_a_mistake():
    assert {mutant.rung for mutant in MISTAKES} == set(RUNGS)


def test_some_rungs_catch_a_mistake_in_every_run():
    compared = {mutant.rung for mutant in MUTANTS if mutant.name in QUICK}
    assert compared == {"batch", "gradients"}
    assert len(QUICK) == len({mutant.name for mutant in MUTANTS} & {*QUICK})


def test_every_mutant_is_listed_once():
    """Those of every file, the rewrites in a file of their own."""
    files = {file.name for file in pkgutil.iter_modules(mutants.__path__)} - {"parts"}
    listed = [vars(mutants)[name].MUTANTS for name in sorted(files)]
    names = [mutant.name for file in listed for mutant in file]
    assert sorted(names) == sorted({mutant.name for mutant in MUTANTS})
    assert [len(each) > 0 for each in listed] == [True] * len(files)
    assert list(mutants.rewrites.MUTANTS) == REWRITES


def test_the_record_is_of_these_mutants():
    record = json.loads(RECORD.read_text())
    assert [(each["name"], each["what"], each["expected"]) for each in record] == [
        (each.name, each.what, expected(each)) for each in MUTANTS
    ], "run python docs/experiments mutants"
    for mutant, each in zip(MUTANTS, record, strict=True):
        if mutant.refused:
            assert mutant.refused in each["found"]["error"], mutant.name
        else:
            found = each["found"] and {key: each["found"][key] for key in ("rung", "tensor")}
            assert found == each["expected"], mutant.name
            assert not found or is_the_cause(mutant, each["found"]["cause"]), mutant.name
