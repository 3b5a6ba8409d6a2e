"""The four shapes of every pooled convolution of a net."""

import tensorflow.compat.v1 as tf

from legacy_cnn.lessons.checking import require

ASKED_FOR = "shapes"

PARTS = ("what comes in", "the filters", "what the filters make", "what the pool leaves")

#: Sizes, filters and padding that are asked for: the tutorial's, odd ones, and VALID.
NETS = (
    (28, [32, 64], "SAME"),
    (27, [8, 4, 2], "SAME"),
    (28, [32, 64], "VALID"),
    (29, [3], "VALID"),
)


def check(shapes):
    for size, filters, padding in NETS:
        asked = f"shapes({size}, {filters}, {padding!r})"
        _compare(asked, shapes(size, list(filters), padding), _expected(size, filters, padding))
    return "Right: for odd sizes too, and with both kinds of padding, as TensorFlow has them."


def _expected(size, filters, padding):
    """As TensorFlow infers them while a graph is built."""
    with tf.Graph().as_default():
        x, found = tf.placeholder(tf.float32, [None, size, size, 1]), []
        for count in filters:
            kernel = tf.zeros([5, 5, x.shape[-1], count])
            made = tf.nn.conv2d(x, kernel, [1, 1, 1, 1], padding)
            pooled = tf.nn.max_pool(made, [1, 2, 2, 1], [1, 2, 2, 1], padding)
            found.append([_of(x), tuple(kernel.shape.as_list()), _of(made), _of(pooled)])
            x = pooled
    return found


def _of(tensor):
    return tuple(tensor.shape.as_list()[1:])


def _compare(asked, found, expected):
    require(found is not None, f"{asked} returned nothing.")
    found = [[tuple(shape) for shape in each] for each in found]
    require(
        len(found) == len(expected),
        f"{asked} has {len(found)} lists of shapes; the net has {len(expected)} convolutions.",
    )
    for layer, (own, right) in enumerate(zip(found, expected, strict=True), 1):
        require(len(own) == 4, f"{asked}: convolution {layer} has {len(own)} shapes, not four.")
        for part, one, other in zip(PARTS, own, right, strict=True):
            require(
                one == other,
                f"{asked}: convolution {layer}, {part}: {one}, and should be {other}."
                f"{_reason(part, one, other)}",
            )


def _reason(part, found, expected):
    """What the mistake may be, where it can be seen."""
    if len(found) != len(expected):
        return " The number of images is left out; a filter has height, width, in and out."
    if part == PARTS[1] and found[2:] == expected[:1:-1]:
        return " In comes before out."
    if part == PARTS[1] and found[2] != expected[2]:
        return " A filter is as deep as what it looks at."
    if part == PARTS[2] and found[0] == expected[0] + 4:
        return " Without padding a filter of 5 takes away 4."
    if part == PARTS[2] and found[0] == expected[0] - 4:
        return " With SAME the maps keep their size."
    if part == PARTS[3] and abs(found[0] - expected[0]) == 1:
        return " Of an odd size SAME leaves half of it rounded up, VALID half rounded down."
    return ""
