#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("        tape.watch(x)\n", "", "The tape returned None"),
    ("        cost = program", "    cost = program", "The tape returned None"),
    ("return np.abs(gradient)", "np.abs(gradient)", "`saliency` returned None"),
    ("np.abs(gradient)", "gradient.numpy()", "Some values are negative"),
    ("program.cost(logits, labels)", "4 * program.cost(logits, labels)", "4 times too large"),
    ("tf.constant(1.0)", "tf.constant(0.5)", "with a keep probability of 1.0"),
    ("tape.gradient(cost, x)", "tape.gradient(cost, program.variables[0])", "has their shape"),
    ("np.abs(gradient)", "np.abs(gradient).mean(0)", "returned the shape (784,)"),
    (
        "    gradient = tape",
        "    program.step(x, tf.constant(labels), tf.constant(1.0))\n    gradient = tape",
        "The weights have changed",
    ),
]
