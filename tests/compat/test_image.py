"""`tensorflow.image`: what 0.x had."""

import inspect

import pytest

pytestmark = pytest.mark.tensorflow


def test_resize_images_takes_a_height_and_a_width_or_a_size(old):
    image = old.ones([1, 4, 4, 1])
    nearest = old.image.ResizeMethod.NEAREST_NEIGHBOR
    for made in (
        old.image.resize_images(image, 8, 6),
        old.image.resize_images(image, 8, 6, nearest, True),
        old.image.resize_images(image, new_height=8, new_width=6),
        old.image.resize_images(image, [8, 6]),
        old.image.resize_images(image, size=(8, 6), method=nearest),
        old.image.resize_images(image, old.constant([8, 6])),
        old.image.resize_images(image, old.constant(8), old.constant(6)),
    ):
        with old.Session() as session:
            assert session.run(made).shape == (1, 8, 6, 1)
    assert old.image.resize_images(image, 8, 6, nearest).op.type == "ResizeNearestNeighbor"


def test_renamed(old):
    names = old.image.per_image_whitening, old.image.per_image_standardization
    assert inspect.unwrap(names[0]) is inspect.unwrap(names[1])
    assert old.image.random_crop is old.random_crop
