_LAST = "not np.allclose(as_it_is, raised, atol=1e-3)"

#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("return not", "return", "returned True for the tutorial's loss. Expected False"),
    (_LAST, "(as_it_is < 0).any() or (raised - 10 < 0).all()", "True for the tutorial's loss"),
    (
        "(logits, logits + 5))\n    return " + _LAST,
        "(logits - 50, logits))\n    return (as_it_is < 0).any()",
        "It is never negative, but its arguments are swapped",
    ),
    (
        "(logits, logits + 5))\n    return " + _LAST,
        "(0 * logits, logits))\n    return not np.allclose(as_it_is, np.log(10), atol=1e-3)",
        "It is not 2.303 for equal logits, but its arguments are not swapped",
    ),
    (
        "(logits, logits + 5))\n    return " + _LAST,
        "(0 * logits, 100 * y))\n    return (raised > 1).any()",
        "It never comes close to 0, but its arguments are not swapped",
    ),
    (
        "(logits, logits + 5))\n    return " + _LAST,
        "(100 * y, 100 * y[::-1]))\n    return as_it_is.mean() > raised.mean()",
        "returned False for `mistakes.swapped_loss`. Expected True",
    ),
    (
        "    return " + _LAST,
        "        downhill = tf.gradients(out, x)[0]\n"
        "        if downhill is None:\n"
        "            return False\n    return " + _LAST,
        "It has no gradient. Look at its values",
    ),
    (
        "        as_it_is, raised",
        "        tf.train.AdamOptimizer().minimize(tf.reduce_mean(loss(tf.Variable(logits), y)))\n"
        "        as_it_is, raised",
        "`is_swapped` raised ValueError: No gradients provided for any variable",
    ),
    ("loss(x, tf.constant(y))", "loss(x, tf.constant([3, 1, 4, 1]))", "both (N, 10)"),
]
