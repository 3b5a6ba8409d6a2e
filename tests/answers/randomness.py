RIGHT = """
import numpy as np


def noise(seed, step, count):
    generator = np.random.default_rng([seed, step])
    return generator.random((count, 1024), np.float32)
"""

#: What is changed in the right one, and what is said of that.
WRONG = [
    ("[seed, step]", "seed + step", "are the same. Seed and step are made into one number"),
    ("[seed, step]", "1000 * seed + step", "are the same. Seed and step are made into one number"),
    (
        "    generator =",
        "    import random\n    random.seed(seed)\n    generator =",
        "The generator of Python's `random` was seeded",
    ),
    ("[seed, step]", "seed", "The step makes no difference"),
    ("[seed, step]", "step", "The seed makes no difference"),
    ("default_rng([seed, step])", "default_rng()", "came out otherwise a second time"),
    (
        "    generator = np.random.default_rng([seed, step])\n"
        "    return generator.random((count, 1024), np.float32)",
        "    np.random.seed([seed, step])\n"
        "    return np.random.randint(0, 2**24, (count, 1024)).astype(np.float32) / 2**24",
        "NumPy's global generator was seeded or drawn from",
    ),
    (
        "    generator = np.random.default_rng([seed, step])\n"
        "    return generator.random((count, 1024), np.float32)",
        "    import tensorflow as tf\n"
        "    tf.random.set_seed(10 * seed + step)\n"
        "    return tf.random.uniform((count, 1024)).numpy()",
        "TensorFlow's global seed was set",
    ),
    (
        "    generator = np.random.default_rng([seed, step])\n"
        "    return generator.random((count, 1024), np.float32)",
        "    import tensorflow as tf\n"
        "    return tf.random.uniform((count, 1024), seed=seed + step)",
        "came out otherwise a second time",
    ),
    (", np.float32)", ")", "It is float64"),
    ("generator.random(", "generator.standard_normal(", "uniform in [0, 1), not normal"),
    (
        "generator.random((count, 1024), np.float32)",
        "(generator.random((count, 1024)) < 0.8).astype(np.float32)",
        "uniform in [0, 1), not normal, and no mask",
    ),
    (
        "generator.random((count, 1024), np.float32)",
        "np.tile(generator.random((1, 1024), np.float32), (count, 1))",
        "the same units would be dropped of every image",
    ),
    ("(count, 1024)", "(1, 1024)", "For 16 images an array of (1, 1024) came back"),
]
