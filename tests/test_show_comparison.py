"""The view of a comparison: made from a recorded result, without TensorFlow."""

import dataclasses

import pytest

from legacy_cnn import show
from legacy_cnn.show import comparison
from support.pages import Page
from support.samples import COMPARISON


def test_the_rows():
    rows = {name: shown for name, *shown in comparison.costs(COMPARISON)}
    assert rows["build the program, ms"] == ["250.0", "1,250"]
    assert rows["trace a step, ms"] == ["125.0", "-"]
    assert rows["median of each round, ms"] == ["11.2-13.8", "33.6-41.4"]
    assert rows["ratio of the step"] == ["1.00", "3.00"]
    assert rows["images/s"] == ["1,280", "427"]
    assert rows["operations in the graph"] == ["253", "-"]
    assert rows["peak memory, MB"] == ["700", "720"]
    assert comparison.prints(COMPARISON)[1:4] == [
        ["graph", "step 1", "-"],
        ["eager", "built", "-"],
        ["eager", "step 1", "print: tf.Tensor(2.5)"],
    ]
    assert comparison.differences(COMPARISON) == [["conv1", "equal"], ["loss", "1.2e-07"]]


def test_the_table_shows_it_all(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    show.on_terminal(COMPARISON)
    shown = capsys.readouterr().out
    for row in (*comparison.costs(COMPARISON), *comparison.differences(COMPARISON)):
        assert any(all(cell in line for cell in row) for line in shown.splitlines()), row
    assert 'print: Tensor("Mean:0", shape=(), dtype=float32)' in shown
    assert "settings: batch size 16, keep probability 0.8, rounds 2" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_the_page_is_whole():
    page = Page(show.page(COMPARISON))
    for row in (*comparison.costs(COMPARISON), *comparison.differences(COMPARISON)):
        assert all(cell in page.text for cell in row)
    assert "Comparison of graph, eager" in page.texts
    assert "processor a <fast> one" in page.text
    assert page.texts.count("nothing") == 2


def test_bars():
    content = show.page(COMPARISON)
    # Of the highest median of a round, 41.4 ms, at 98% of the width.
    assert '<i style="width:88.8%"></i><b style="left:79.5%;width:18.5%">' in content
    assert '<i style="width:29.6%"></i><b style="left:26.5%;width:6.2%">' in content
    assert "37.5 ms, ratio 3.00" in content


@pytest.mark.parametrize("name", ["dialects", "values"])
def test_what_is_missing_leaves_a_gap(name):
    lacking = dataclasses.replace(COMPARISON, **{name: {}})
    Page(show.page(lacking))
    assert show.plain(lacking)


def test_a_dialect_that_is_not_compared_leaves_a_gap():
    values = {"conv1": {"eager": 0.0, "other": 0.5}, "loss": {"other": 0.0}}
    rows = comparison.differences(dataclasses.replace(COMPARISON, values=values))
    assert rows == [["conv1", "equal", "5.0e-01"], ["loss", "-", "equal"]]
