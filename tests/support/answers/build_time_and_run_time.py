#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("session.run(ends.cost", "session.run(ends.prediction", "so run the cost"),
    (
        "np.zeros((2, 784)), np.eye(10)[:2]",
        "np.zeros((1, 784)), np.eye(10)[:1]",
        "One image does not show the error",
    ),
    ("    images, labels", '    return "never"\n    images, labels', "No session ran"),
    ('return "run"', 'return "build"', "Do not build and run in the same `try`"),
    ("except ValueError", "except TypeError", "`when` raised ValueError: "),
    ('return "build"', 'return "run"', "so no session is needed"),
    (
        "tf.errors.InvalidArgumentError",
        "ValueError",
        "`when` raised InvalidArgumentError: logits and labels must be broadcastable",
    ),
    ("build_graph(network=network)", "build_graph()", "`when` never called"),
    ('    return "never"', "    return None", "`when` returned None. Expected"),
]
