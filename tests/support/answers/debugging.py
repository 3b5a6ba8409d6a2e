#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("        if operation in needed\n", "", "that depends on a placeholder without a value"),
    ("not np.isfinite(value).all()", "np.isnan(value).any()", "returned 'mul' for a graph whose"),
    (
        "session.run(tensors, feed)",
        "[session.run(each, feed) for each in tensors]",
        "Fetch all tensors in one run",
    ),
    ("        if tensor.dtype.is_floating\n", "", "`first_bad` raised"),
    ("return tensor.op.name", "return tensor.name", "returned 'logarithm:0' for a graph whose"),
    (
        "zip(tensors, values, strict=True)",
        "reversed(list(zip(tensors, values, strict=True)))",
        "returned 'sum' for a graph whose",
    ),
    (
        "session.graph.get_operations()",
        "[fetch.op]",
        "returned 'sum' for a graph whose first bad operation is 'logarithm'",
    ),
    (
        "    needed, waiting",
        "    if np.isfinite(session.run(fetch, feed)).all():\n        return None\n"
        "    needed, waiting",
        "The session ran 2 times",
    ),
    ("return tensor.op.name", "return True", "returned True for a graph"),
]
