#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("batch = np.concatenate([batch, order[:at]])", "pass", "The batches have [4, 4, 2, 4, 4]"),
    (
        "order = shuffled(np.arange(count))",
        "order = np.arange(count)",
        "Shuffle the set before the first batch",
    ),
    ("            order = shuffled(order)\n", "", "starts like the first"),
    ("order = shuffled(order)", "order = shuffled(np.arange(count))", "not 0, 1, 2 and so on"),
    ("order[:at]])", "order[:at]])\n            at = 0", "continues where batch 2 ended"),
    ("np.random.seed(seed)", "np.random.seed(seed + 1)", "The first batch is"),
    ("if at > count", "if at + size > count", "The batches have"),
    ("return found", "pass", "`batches` returned None"),
]
