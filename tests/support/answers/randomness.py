#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("[seed, step]", "seed + step", "return the same numbers. The answer combines seed and step"),
    (
        "[seed, step]",
        "1000 * seed + step",
        "return the same numbers. The answer combines seed and step",
    ),
    (
        "    generator =",
        "    import random\n    random.seed(seed)\n    generator =",
        "`noise` seeds, or draws from, the generator of Python's `random`",
    ),
    ("[seed, step]", "seed", "The step has no effect"),
    ("[seed, step]", "step", "The seed has no effect"),
    ("default_rng([seed, step])", "default_rng()", "returned other numbers in a second call"),
    (
        "    generator = np.random.default_rng([seed, step])\n"
        "    return generator.random((count, 1024), np.float32)",
        "    np.random.seed([seed, step])\n"
        "    return np.random.randint(0, 2**24, (count, 1024)).astype(np.float32) / 2**24",
        "`noise` seeds, or draws from, NumPy's global generator",
    ),
    (
        "    generator = np.random.default_rng([seed, step])\n"
        "    return generator.random((count, 1024), np.float32)",
        "    import tensorflow as tf\n"
        "    tf.random.set_seed(10 * seed + step)\n"
        "    return tf.random.uniform((count, 1024)).numpy()",
        "`noise` sets TensorFlow's global seed",
    ),
    (
        "    generator = np.random.default_rng([seed, step])\n"
        "    return generator.random((count, 1024), np.float32)",
        "    import tensorflow as tf\n"
        "    return tf.random.uniform((count, 1024), seed=seed + step)",
        "returned other numbers in a second call",
    ),
    (", np.float32)", ")", "The noise is float64"),
    ("generator.random(", "generator.standard_normal(", "uniform numbers in [0, 1), not normal"),
    (
        "generator.random((count, 1024), np.float32)",
        "(generator.random((count, 1024)) < 0.8).astype(np.float32)",
        "not normal ones, and not a mask",
    ),
    (
        "generator.random((count, 1024), np.float32)",
        "np.tile(generator.random((1, 1024), np.float32), (count, 1))",
        "dropout would drop the same units for every image",
    ),
    ("(count, 1024)", "(1, 1024)", "For 16 images `noise` returned the shape (1, 1024)"),
]
