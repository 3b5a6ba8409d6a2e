"""Filters, confusion matrix and mistakes of one training, on a study's page; without TensorFlow."""

import dataclasses
import math
import re

import numpy as np
import pytest

from legacy_cnn import show
from legacy_cnn.show.study import confusion, filters
from support.pages import Page
from support.studies import rows, specimen, study


def with_specimen(**more):
    return study(("fixed",), 1, 1, specimens={"dropout": specimen(**more)})


def test_a_net_that_broke_or_made_no_mistake():
    broken = specimen(filters_after=rows(np.full((32, 25), math.nan)))
    mistake = dataclasses.replace(broken.mistakes[0], margin=math.inf)
    broken = dataclasses.replace(broken, mistakes=(mistake,))
    text = Page(show.page(study(("fixed",), 1, 1, specimens={"dropout": broken}))).text
    assert "some weights are infinite or not a number" in text and "margin infinite" in text
    perfect = with_specimen(mistakes=(), confusion=rows(np.eye(10, dtype=int)))
    text = Page(show.page(perfect)).text
    assert "No test image is misclassified." in text and "Most frequent" not in text


@pytest.mark.parametrize(
    "counts", [((0, 0), (0, 0)), ((1, -5), (3, 2)), ((-1, 1), (2, -2)), ((7,),)]
)
def test_a_confusion_matrix_of_any_counts(counts):
    Page(confusion.sections(with_specimen(confusion=counts))[0])


@pytest.mark.parametrize("size", [0.0, 1e308, 1e-320])
def test_filters_of_any_size(size):
    weights = rows(np.full((3, 25), size))
    opposite = rows(np.full((3, 25), -size))
    Page(filters.section(with_specimen(filters_before=weights, filters_after=opposite)))


@pytest.mark.parametrize(
    ("before", "after", "moved"),
    [(2, 5, 1.5), (0, 1, math.inf), (1e-320, -1e-320, 2), (math.inf, 1, math.nan), (1, 1, 0)],
)
def test_how_far_filters_move(before, after, moved):
    one = specimen(filters_before=((before,) * 25,), filters_after=((after,) * 25,))
    assert one.filters_moved == pytest.approx(moved, nan_ok=True)
    assert one.filters_change[0][7] == after - before


def test_filters_before_and_after_have_one_scale():
    colours = filters.coloured(np.array([[-2.0, 0, 2, 9, math.nan]]), 2.0)[0]
    assert [tuple(colour) for colour in colours] == [
        (0xD5, 0x5E, 0, 255), (0xF6, 0xF6, 0xF2, 255), (0, 0x72, 0xB2, 255), (0, 0x72, 0xB2, 255),
        (0xF6, 0xF6, 0xF2, 0),
    ]  # fmt: skip
    figure = filters.figure("dropout", specimen(moved=1))
    largest = 2 * np.abs(specimen().filters_before).max()
    ends = re.findall(r"</i>([\d.]+)</p>", figure)
    assert ends == [f"{largest:.3g}", f"{largest:.3g}", f"{largest / 2:.3g}"]
