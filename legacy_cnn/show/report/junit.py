"""A report as JUnit's XML, which continuous integration reads: a test case for each rung."""

from xml.etree import ElementTree

from legacy_cnn.results import Report
from legacy_cnn.results.report import DIFFERENT, FAILED, NOT_COMPARED, PASSED, Rung
from legacy_cnn.show.report.conclusion import lines, verdict
from legacy_cnn.show.report.ladder import note
from legacy_cnn.show.texts import printable

#: Element of a test case -> attribute of the suite that counts them.
_COUNTED = {"failure": "failures", "error": "errors", "skipped": "skipped"}

#: Differences of a rung that are listed.
_MOST = 20


def document(report: Report) -> str:
    """Returns the document. What was not compared, but is owed, is an error of its rung."""
    suite = _suite(f"{report.candidate} against {report.reference}", report.seconds)
    for rung in report.rungs:
        _add(suite, report, rung)
    return _written(suite)


def of_error(candidate: str, sentence: str) -> str:
    """Returns the document of a comparison that could not be made.

    Args:
      candidate: what was to be compared.
      sentence: why it could not be.
    """
    suite = _suite(candidate, 0.0)
    _child(_child(suite, "testcase", name="comparison"), "error", message=sentence)
    return _written(suite)


def _add(suite: ElementTree.Element, report: Report, rung: Rung) -> None:
    case = _child(suite, "testcase", name=rung.name)
    uncompared = [one for one in rung.findings if one.verdict == NOT_COMPARED]
    if rung.status == FAILED:
        differences = [note(one) for one in rung.findings if one.verdict == DIFFERENT]
        is_first = report.first is not None and report.first[0] is rung
        texts = [*(lines(report) if is_first else []), *differences[:_MOST]]
        message = verdict(report) if is_first else differences[0]
        _child(case, "failure", message=message).text = "\n".join(map(printable, texts))
    elif rung.status != PASSED and (report.first or not rung.owed):
        _child(case, "skipped", message=rung.reason or rung.status)
    elif rung.status != PASSED:
        _child(case, "error", message=f"{rung.status}: {rung.reason}")
    elif uncompared and rung.owed:
        _child(case, "error", message=f"not compared: {note(uncompared[0])}")


def _suite(name: str, seconds: float) -> ElementTree.Element:
    return ElementTree.Element("testsuite", name=printable(name), time=f"{seconds:.3f}")


def _child(parent: ElementTree.Element, tag: str, **attributes: str) -> ElementTree.Element:
    if tag == "testcase":
        attributes["classname"] = "legacy_cnn.parity"
    safe = {key: printable(value) for key, value in attributes.items()}
    return ElementTree.SubElement(parent, tag, safe)


def _written(suite: ElementTree.Element) -> str:
    suite.set("tests", str(len(suite.findall("testcase"))))
    for attribute, outcome in (
        ("failures", "failure"),
        ("errors", "error"),
        ("skipped", "skipped"),
    ):
        suite.set(attribute, str(len(suite.findall(f"testcase/{outcome}"))))
    root = ElementTree.Element("testsuites")
    root.append(suite)
    ElementTree.indent(root, " ")
    written = ElementTree.tostring(root, "unicode", xml_declaration=False)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'
