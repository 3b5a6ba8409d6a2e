"""`tensorflow.contrib.image`: rotations, shifts, and other projections of images."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.contrib.image")

TABLE.gone(
    "adjust_hsv_in_yiq",
    "adjust_yiq_hsv",
    "random_hsv_in_yiq",
    "random_yiq_hsv",
    note="its kernel is not in TensorFlow 2; use tf.image.adjust_hue, adjust_saturation",
)
TABLE.gone("bipartite_match", note="use scipy.optimize.linear_sum_assignment")
TABLE.gone("connected_components", note="use scipy.ndimage.label")
TABLE.gone("single_image_random_dot_stereograms", note="its kernel is not in TensorFlow 2")
TABLE.gone("interpolate_spline", "sparse_image_warp", note="the package tensorflow_addons had it")


@TABLE.serves()
def rotate(
    images: Any, angles: Any, interpolation: str = "NEAREST", name: str | None = None
) -> tf.Tensor:
    """Turns images counter-clockwise by angles in radians, one for all or one for each."""
    with tf.name_scope(name, "rotate"):
        images = tf.convert_to_tensor(images)
        size = tf.cast(tf.shape(_batch(images))[1:3], tf.float32)
        turned = angles_to_projective_transforms(angles, size[0, None], size[1, None])
        return transform(images, turned, interpolation)


@TABLE.serves()
def translate(
    images: Any, translations: Any, interpolation: str = "NEAREST", name: str | None = None
) -> tf.Tensor:
    """Shifts images by (x, y) pixels, one pair for all or one for each."""
    with tf.name_scope(name, "translate"):
        return transform(images, translations_to_projective_transforms(translations), interpolation)


@TABLE.serves()
def transform(
    images: Any,
    transforms: Any,
    interpolation: str = "NEAREST",
    output_shape: Any = None,
    name: str | None = None,
) -> tf.Tensor:
    """Projects images; what was outside is 0.

    Args:
      images: [batch, height, width, channels], one image without a batch, or without channels.
      transforms: eight numbers a0, a1, ... c1, one row for all images or one for each: an output
        pixel (x, y) is the input's ((a0 x + a1 y + a2) / k, (b0 x + b1 y + b2) / k), with
        k = c0 x + c1 y + 1.
      interpolation: `NEAREST` or `BILINEAR`.
      output_shape: (height, width), as the images have it if it is None.
      name: of the operation's scope.
    """
    with tf.name_scope(name, "transform"):
        images = tf.convert_to_tensor(images, name="images")
        batch = _batch(images)
        transforms = tf.convert_to_tensor(transforms, tf.float32, name="transforms")
        output = tf.raw_ops.ImageProjectiveTransformV3(
            images=batch,
            transforms=transforms[None] if transforms.shape.rank == 1 else transforms,
            output_shape=_size(batch) if output_shape is None else output_shape,
            fill_value=0.0,
            interpolation=interpolation.upper(),
            fill_mode="CONSTANT",
        )
        if images.shape.rank == 2:
            return output[0, :, :, 0]
        return output[0] if images.shape.rank == 3 else output


def _size(batch: tf.Tensor) -> Any:
    size = batch.shape[1:3]
    return size.as_list() if size.is_fully_defined() else tf.shape(batch)[1:3]


def _batch(images: tf.Tensor) -> tf.Tensor:
    """Images with all four dimensions."""
    rank = images.shape.rank
    if rank is None:
        raise TypeError("image_or_images rank must be statically known")
    if rank not in (2, 3, 4):
        raise TypeError("Images should have rank between 2 and 4.")
    if rank == 2:
        return images[None, :, :, None]
    return images[None] if rank == 3 else images


@TABLE.serves()
def angles_to_projective_transforms(
    angles: Any, image_height: Any, image_width: Any, name: str | None = None
) -> tf.Tensor:
    """Rotations around the middle of images, as `transform` takes them."""
    with tf.name_scope(name, "angles_to_projective_transforms"):
        angles = tf.convert_to_tensor(angles, tf.float32, name="angles")
        angles = angles[None] if angles.shape.rank == 0 else angles
        sine, cosine = tf.sin(angles), tf.cos(angles)
        right, bottom = image_width - 1, image_height - 1
        x = (right - (cosine * right - sine * bottom)) / 2.0
        y = (bottom - (sine * right + cosine * bottom)) / 2.0
        nothing = tf.zeros_like(angles)
        return tf.stack([cosine, -sine, x, sine, cosine, y, nothing, nothing], axis=1)


@TABLE.serves()
def translations_to_projective_transforms(translations: Any, name: str | None = None) -> tf.Tensor:
    """Shifts by (x, y), as `transform` takes them."""
    with tf.name_scope(name, "translations_to_projective_transforms"):
        shifts = tf.convert_to_tensor(translations, tf.float32, name="translations")
        shifts = shifts[None] if shifts.shape.rank == 1 else shifts
        one, nothing = tf.ones_like(shifts[:, 0]), tf.zeros_like(shifts[:, 0])
        x, y = -shifts[:, 0], -shifts[:, 1]
        return tf.stack([one, nothing, x, nothing, one, y, nothing, nothing], axis=1)


@TABLE.serves()
def compose_transforms(*transforms: Any) -> tf.Tensor:
    """Several transforms as one: the last is of the output, the first of the input."""
    with tf.name_scope("compose_transforms"):
        composed = flat_transforms_to_matrices(transforms[0])
        for each in transforms[1:]:
            composed = tf.matmul(composed, flat_transforms_to_matrices(each))
        return matrices_to_flat_transforms(composed)


@TABLE.serves()
def flat_transforms_to_matrices(transforms: Any) -> tf.Tensor:
    """Transforms as matrices: [count, 3, 3]."""
    with tf.name_scope("flat_transforms_to_matrices"):
        rows = tf.reshape(tf.convert_to_tensor(transforms, name="transforms"), [-1, 8])
        return tf.reshape(tf.concat([rows, tf.ones_like(rows[:, :1])], axis=1), [-1, 3, 3])


@TABLE.serves()
def matrices_to_flat_transforms(transform_matrices: Any) -> tf.Tensor:
    """Matrices as transforms: [count, 8]."""
    with tf.name_scope("matrices_to_flat_transforms"):
        rows = tf.reshape(tf.convert_to_tensor(transform_matrices), [-1, 9])
        return (rows / rows[:, 8:9])[:, :8]


@TABLE.serves()
def dense_image_warp(image: Any, flow: Any, name: str = "dense_image_warp") -> tf.Tensor:
    """Images whose pixels are taken from where a flow (y, x) says, between four of theirs.

    Args:
      image: [batch, height, width, channels].
      flow: [batch, height, width, 2], what is subtracted from each output pixel's place.
      name: of the operation's scope.
    """
    with tf.name_scope(name):
        image, flow = tf.convert_to_tensor(image), tf.convert_to_tensor(flow)
        height, width = tf.shape(image)[1], tf.shape(image)[2]
        rows, columns = tf.meshgrid(tf.range(height), tf.range(width), indexing="ij")
        place = tf.cast(tf.stack([rows, columns], -1), flow.dtype) - flow
        # As then: the upper left of the four is never in the last row or column.
        largest = tf.cast(tf.stack([height - 2, width - 2]), flow.dtype)
        corner = tf.minimum(tf.maximum(tf.floor(place), 0.0), largest)
        part = tf.clip_by_value(place - corner, 0.0, 1.0)
        at = tf.cast(corner, tf.int32)
        y, x = part[..., :1], part[..., 1:]
        top = _at(image, at, (0, 0)) * (1 - x) + _at(image, at, (0, 1)) * x
        bottom = _at(image, at, (1, 0)) * (1 - x) + _at(image, at, (1, 1)) * x
        return top * (1 - y) + bottom * y


def _at(image: tf.Tensor, corner: tf.Tensor, shift: tuple[int, int]) -> tf.Tensor:
    return tf.gather_nd(image, corner + tf.constant(shift), batch_dims=1)
