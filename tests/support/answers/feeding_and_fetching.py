#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    (
        "{fc: values, ends.keep_prob",
        "{ends.x: images, ends.keep_prob",
        "those of the whole network",
    ),
    ("values[:, unit]", "values[unit % 3]", "Rows are images, and columns are units"),
    ("values[:, unit]", "values[unit]", "`without` raised IndexError: "),
    (
        "[:, unit] = 0",
        "[:, [each for each in range(1024) if each != unit]] = 0",
        "Every unit except",
    ),
    ("1.0", "0.5", "and a keep probability of 1.0"),
    ("    values[:, unit] = 0", "    values = -values", "The logits without unit"),
    ("{fc: values, ends.keep_prob: 1.0}", "{fc: values}", "You must feed"),
    ('LAYERS["fc"] + ":0"', 'LAYERS["fc"]', "`without` raised ValueError: The name 'Relu_2'"),
    ("return session.run(ends.prediction", "return session.run(ends.correct", "You must feed"),
    ("session.run(fc, {ends.x: images})", "fc", "`without` raised TypeError"),
    (
        "    return",
        "    with session.graph.as_default():\n        ends.prediction + 0\n    return",
        "The graph has new operations",
    ),
    ("    return", "    ends.init.run(session=session)\n    return", "The logits without unit"),
    (
        "return session.run(ends.prediction",
        "return session.run([ends.prediction]",
        "returned the shape (1, 3, 10)",
    ),
]
