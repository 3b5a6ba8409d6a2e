#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    (
        "return tf.cond(mean > limit, lambda: x / mean, lambda: x)",
        "return x / mean if mean > limit else x",
        "Python's `if` got a tensor",
    ),
    ("return tf.cond(mean > limit, lambda: x / mean, lambda: x)", "return x", "nothing is divided"),
    ("mean > limit", "mean < limit", "nothing is divided"),
    ("mean > limit", "mean > 0", "The array is always divided"),
    ("mean > limit", "mean > 3", "The limit is a tensor, and may have another value in each run"),
    (
        "    mean = tf.reduce_mean(x)\n"
        "    return tf.cond(mean > limit, lambda: x / mean, lambda: x)",
        "    mean = tf.reduce_mean(x, 1, keepdims=True)\n"
        "    return tf.where_v2(mean > limit, x / mean, x)",
        "For a mean of 4 and a limit of 3, the value is",
    ),
    ("x / mean", "x / limit", "For a mean of 4 and a limit of 3, the value is"),
    ("    return", "    tf.constant(0); lambda: ", "`clipped` returned None"),
]
