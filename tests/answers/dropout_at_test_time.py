RIGHT = """
import numpy as np


def dropout_is_on(predict, image):
    copies = np.tile(image, (8, 1))
    logits = np.concatenate([predict(copies), predict(copies)])
    return not np.allclose(logits, logits[0], rtol=1e-3, atol=1e-3)
"""

#: What is changed in the right one, and what is said of that.
WRONG = [
    ("(8, 1)", "(1, 1)", "with a seed two calls can be equal"),
    ("[predict(copies), predict(copies)]", "[predict(copies)]", "call it twice"),
    (
        "    return not np",
        "    logits = logits.argmax(1)\n    return not np",
        "False of a net that drops one unit in a hundred",
    ),
    (
        "np.allclose(logits, logits[0], rtol=1e-3, atol=1e-3)",
        "(logits == logits[0]).all()",
        "Compare with a tolerance",
    ),
    ("return not np", "return np", "False of a net that drops half of its units"),
    ("return not", "not", "Nothing came back"),
    ("np.tile(image, (8, 1))", "image", "was given (784,); it takes images as (N, 784)"),
    (
        "np.allclose(logits, logits[0], rtol=1e-3, atol=1e-3)",
        "np.allclose(logits[:, 0], logits[:, 1])",
        "True of a net that drops nothing",
    ),
    (
        "not np.allclose(logits, logits[0], rtol=1e-3, atol=1e-3)",
        "~np.isclose(logits, logits[0])",
        "What came back has the shape (16, 10)",
    ),
]
