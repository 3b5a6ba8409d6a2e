"""Each old name has a test."""

import re
from pathlib import Path

import pytest

from legacy_cnn.compat import tables

pytestmark = pytest.mark.tensorflow


def test_each_row_is_named_in_a_test(old):
    texts = "".join(path.read_text() for path in Path(__file__).parent.rglob("*.py"))
    # Those of `collections` are listed by Python itself.
    words = {*re.findall(r"\w+", texts), *__import__("collections.abc").abc.__all__}
    program = tables.of("program")
    untested = {
        row.name
        for module in tables.FILES["program"]
        for name, row in program.table(module).rows.items()
        if name not in words
    }
    assert not untested
