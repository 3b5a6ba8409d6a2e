"""The charts on a study's page: losses, accuracies and the drawing; without TensorFlow."""

import dataclasses
import math
import re

import numpy as np
import pytest

from legacy_cnn.results.study import Spread
from legacy_cnn.show import figures
from legacy_cnn.show.study import accuracies, drawing, dropout, losses
from support.pages import Page
from support.studies import STUDY, study


def with_losses(*losses):
    """A study in which the losses of "fixed" have these means, least and most."""
    changed = study(("fixed",), seeds=2, epochs=len(losses))
    variant = changed.variants["fixed"]
    spreads = tuple(Spread(loss, None, loss, loss) for loss in losses)
    epochs = dataclasses.replace(variant.epochs, loss=spreads)
    return dataclasses.replace(
        changed, variants={"fixed": dataclasses.replace(variant, epochs=epochs)}
    )


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ((5.0, math.nan, math.inf), "epoch 1 (not a number), 2 (infinite)"),
        ((math.nan, math.nan), "epoch 0 (not a number), 1 (not a number)"),
        ((0.0, 0.0), "epoch 0 (0), 1 (0)"),
        ((3.0, -4.0), "epoch 0 (3)"),
        ((-math.inf, -4.0), "epoch 0 (infinite)"),
        ((1e308, 1e299, 1e-320), "epoch 0 (1e+308), 2 (1e-320)"),
        ((-1e308, -1e299), "epoch 0 (-1e+308)"),
    ],
)
def test_what_a_logarithmic_axis_cannot_show_is_said(values, missing):
    text = Page(losses.section(with_losses(*values))).text
    assert "The chart leaves out losses of dropout, which a logarithmic axis cannot show" in text
    assert f"show: {missing}." in text


@pytest.mark.parametrize(
    ("means", "sign", "shown"),
    [
        ([3.0, 2.0], 1, [True, True]),
        ([3.0, -2.0], -1, [False, True]),
        ([math.nan, 0.0, 1.0], 1, [False, False, True]),
        ([-math.inf, 1.0], 1, [False, True]),
    ],
)
def test_which_losses_can_be_drawn(means, sign, shown):
    assert losses.drawable(means) == (sign, shown)


@pytest.mark.parametrize("accuracy", [0.0, 1.0, -3.0, 1e308, math.inf, math.nan])
def test_accuracies_of_one_and_of_nothing(accuracy):
    changed = study(("fixed",), seeds=1, epochs=1)
    variant = changed.variants["fixed"]
    own = dataclasses.replace(
        variant.accuracy, mean=accuracy, least=accuracy, most=accuracy, by_seed=(accuracy,)
    )
    (run,) = changed.trainings["dropout"]
    epoch = dataclasses.replace(
        run.epochs[0], test_accuracy=accuracy, test_accuracy_dropout_on=accuracy / 2
    )
    changed = dataclasses.replace(
        changed,
        variants={"fixed": dataclasses.replace(variant, accuracy=own)},
        trainings={"dropout": (dataclasses.replace(run, epochs=(epoch,)),)},
    )
    assert f"{accuracy:.4f}" in Page(accuracies.section(changed)).text
    assert "dropout on" in Page(dropout.section(changed)).texts or accuracy in (0, math.inf)


def test_the_axis_of_accuracies_widens_towards_one():
    places = accuracies._stretched(np.array([0, 0.5, 0.9, 0.99, 1]))
    assert (np.diff(places) > 0).all() and np.isfinite(places).all()
    assert math.isclose(places[2] - places[0], places[3] - places[2], rel_tol=0.05)


@pytest.mark.parametrize("shape", [(), (1,), (0, 0, 0), (-1, -1, -1), (2**62, 1, 2**62), 30 * (2,)])
def test_a_tensor_of_any_shape_has_room_in_the_drawing(shape):
    tensors = [dataclasses.replace(tensor, shape=shape) for tensor in STUDY.graph]
    Page(drawing.drawing(tensors))


def test_the_drawing_names_every_tensor_with_its_shapes():
    texts = set(Page(drawing.drawing(STUDY.graph)).texts)
    assert {
        "x",
        "784",
        "conv1",
        "28\u00d728\u00d732",
        "W_conv1",
        "5\u00d75\u00d71\u00d732",
    } <= texts
    assert {"loss", "a number", "y", "any shape", "noise", "3\u00d74", "Softmax Cross"} <= texts


def test_a_chart_takes_the_colours_and_the_width_of_its_page():
    chart = figures.inline("a", 'of "what"', (2, 1), lambda figure: figure.subplots().plot([1, 2]))
    start = re.match(r"<svg [^>]*>", chart)[0]
    assert "viewBox" in start and "width" not in start and 'role="img"' in start
    assert 'aria-label="of &quot;what&quot;"' in start
    assert "currentColor" in chart and "var(--rule)" in chart and "#01020" not in chart
    assert "<style" not in chart and "<text" in chart
