#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    (
        "found.append(session.run((means, digits)))",
        "found.append((session.run(means), session.run(digits)))",
        "Two runs take two batches",
    ),
    (
        "x = tf.placeholder(images.dtype, images.shape)",
        "x = tf.constant(images)",
        "The images are a constant in the graph",
    ),
    ("batch(size)", "batch(size, drop_remainder=True)", "The last batch, which is smaller"),
    (
        "            try:\n",
        "            try:\n                with graph.as_default():\n"
        "                    batch, digits = iterator.get_next()\n"
        "                    means = tf.reduce_mean(batch, axis=1)\n",
        "Call `get_next()` once, before the loop",
    ),
    ("batch(size)", "batch(size).repeat()", "and did not end"),
    ("tf.errors.OutOfRangeError", "StopIteration", "That is how the data end"),
    ("batch(size)", "shuffle(100, seed=1).batch(size)", "not in the order of the set"),
    ("batch, axis=1", "batch", "must return a list of pairs"),
    ("                return found", "                return", "`epoch` returned None"),
    (
        "while True:",
        "cuts = range(0, len(images), size)\n"
        "        return [(images[i : i + size].mean(1), labels[i : i + size]) for i in cuts]\n"
        "        while True:",
        "The session ran 1 times for 3 batches",
    ),
]
