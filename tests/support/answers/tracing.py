#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("    @tf.function\n", "", "two tensors of the same shape share a graph"),
    ("@tf.function", "@tf.function(reduce_retracing=True)", "leaves no dimension unknown"),
    ("else given)", "else tf.constant(given))", "each value of a Python number needs a graph"),
    ("return count", "return len(calls)", "two tensors of the same shape share a graph"),
    ("return count", "pass", "`traces` returned None for"),
    (
        "    count = 0\n\n    @tf.function",
        "    global function\n    count = 0\n    if 'function' in globals() and calls:\n"
        "        return 0\n\n    @tf.function",
        "in a second call",
    ),
]
