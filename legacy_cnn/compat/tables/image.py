"""`tensorflow.image`."""

from typing import Any

import tensorflow.compat.v1 as tf

from legacy_cnn.compat.arguments import named
from legacy_cnn.compat.rows import Table

TABLE = Table("tensorflow.image", real="tensorflow.compat.v1.image")

TABLE.names({"per_image_whitening": "tf.image.per_image_standardization"}, until="0.12")
TABLE.names({"random_crop": "tf.random_crop"}, until="0.8")


@TABLE.serves(until="0.11", note="a height and a width, as in 0.x, or both as the size")
def resize_images(*arguments: Any, **keywords: Any) -> tf.Tensor:
    """`resize_images(images, new_height, new_width, method, align_corners)`, or with a size."""
    if "new_height" in keywords or (len(arguments) > 1 and _is_length(arguments[1])):
        names = ("images", "new_height", "new_width", "method", "align_corners")
        keywords = named("resize_images", names, arguments, keywords)
        size = (keywords.pop("new_height"), keywords.pop("new_width"))
        return tf.image.resize_images(size=size, **keywords)
    return tf.image.resize_images(*arguments, **keywords)


def _is_length(value: Any) -> bool:
    """Whether a size is one number, and so a height."""
    if isinstance(value, tf.Tensor):
        return value.shape.rank == 0
    return hasattr(value, "__index__") and getattr(value, "ndim", 0) == 0
