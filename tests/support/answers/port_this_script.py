#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("return model", "return None", "returned a NoneType"),
    (", epsilon=1e-8", "", "rung update"),
    ("L2(0.005)", "L2(0.01)", "rung loss"),
]
