"""`tensorflow.contrib.image`."""

import numpy as np
import pytest

pytestmark = pytest.mark.tensorflow

PICTURE = np.arange(12, dtype=np.float32).reshape(3, 4)


@pytest.fixture
def image(old):
    return old.contrib.image


def _run(old, fetches):
    with old.Session() as session:
        return session.run(fetches)


def test_a_quarter_turn_is_counter_clockwise(old, image):
    square = np.arange(9, dtype=np.uint8).reshape(3, 3)
    found = _run(old, image.rotate(square, np.pi / 2))
    assert found.dtype == np.uint8 and found.tolist() == np.rot90(square).tolist()
    both = image.rotate(np.stack([square, square])[..., None].astype(np.float32), [0.0, np.pi])
    assert _run(old, both)[..., 0].tolist() == [square.tolist(), np.rot90(square, 2).tolist()]


def test_shifts(old, image):
    found = _run(old, image.translate(PICTURE, [1, -1]))
    assert found.tolist() == [[0, 4, 5, 6], [0, 8, 9, 10], [0, 0, 0, 0]]
    half = _run(old, image.translate(PICTURE[..., None], [0.5, 0], "BILINEAR"))
    assert half[0, :, 0].tolist() == [0, 0.5, 1.5, 2.5]


def test_transforms(old, image):
    small = image.transform(PICTURE, [2.0, 0, 1, 0, 2, 0, 0, 0], output_shape=[2, 2])
    assert _run(old, small).tolist() == [[1, 3], [9, 11]]
    shift, turn = (
        image.translations_to_projective_transforms([1.0, 2.0]),
        image.angles_to_projective_transforms(0.1, old.constant([4.0]), old.constant([5.0])),
    )
    both = image.compose_transforms(shift, turn)
    shift, turn, both = _run(
        old, [image.flat_transforms_to_matrices(each) for each in (shift, turn, both)]
    )
    assert shift.tolist() == [[[1, 0, -1], [0, 1, -2], [0, 0, 1]]]
    assert both == pytest.approx(shift @ turn, abs=1e-6)
    flat = image.matrices_to_flat_transforms(2 * shift)
    assert _run(old, flat).tolist() == [[1, 0, -1, 0, 1, -2, 0, 0]]
    with pytest.raises(TypeError, match="rank between 2 and 4"):
        image.transform([1.0], [1.0] * 8)


def test_warps(old, image):
    flow = np.zeros((1, 3, 4, 2), np.float32)
    flow[0, 0, 0] = [-1, -0.5]
    flow[0, 2, 3] = [-9, -9]
    found = _run(old, image.dense_image_warp(PICTURE[None, ..., None], flow))[0, ..., 0]
    expected = PICTURE.copy()
    expected[0, 0] = 4.5
    assert found.tolist() == expected.tolist()


@pytest.mark.parametrize(
    "name",
    [
        "adjust_hsv_in_yiq",
        "adjust_yiq_hsv",
        "random_hsv_in_yiq",
        "random_yiq_hsv",
        "bipartite_match",
        "connected_components",
        "single_image_random_dot_stereograms",
        "interpolate_spline",
        "sparse_image_warp",
    ],
)
def test_what_is_gone(image, name):
    assert not hasattr(image, name)
