#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("(8, 1)", "(1, 1)", "with a seed, two calls can be equal"),
    ("[predict(copies), predict(copies)]", "[predict(copies)]", "call it twice"),
    (
        "    return not np",
        "    logits = logits.argmax(1)\n    return not np",
        "False for a network that drops one unit in a hundred",
    ),
    (
        "np.allclose(logits, logits[0], rtol=1e-3, atol=1e-3)",
        "(logits == logits[0]).all()",
        "Compare with a tolerance",
    ),
    ("return not np", "return np", "False for a network that drops half of its units"),
    ("return not", "not", "`dropout_is_on` returned None"),
    ("np.tile(image, (8, 1))", "image", "called with the shape (784,). Expected (N, 784)"),
    (
        "np.allclose(logits, logits[0], rtol=1e-3, atol=1e-3)",
        "np.allclose(logits[:, 0], logits[:, 1])",
        "True for a network that drops nothing",
    ),
    (
        "not np.allclose(logits, logits[0], rtol=1e-3, atol=1e-3)",
        "~np.isclose(logits, logits[0])",
        "`dropout_is_on` returned the shape (16, 10)",
    ),
]
