RIGHT = """
import tensorflow as tf


def traces(calls):
    count = 0

    @tf.function
    def function(value):
        nonlocal count
        count += 1
        return value

    for kind, given in calls:
        function(tf.zeros(given) if kind == "tensor" else given)
    return count
"""

#: What is changed in the right one, and what is said of that.
WRONG = [
    ("    @tf.function\n", "", "two tensors of one shape share a graph"),
    ("@tf.function", "@tf.function(reduce_retracing=True)", "leaves no dimension open"),
    ("else given)", "else tf.constant(given))", "each value of a Python number needs a graph"),
    ("return count", "return len(calls)", "two tensors of one shape share a graph"),
    ("return count", "pass", "What came back for"),
    (
        "    count = 0\n\n    @tf.function",
        "    global function\n    count = 0\n    if 'function' in globals() and calls:\n"
        "        return 0\n\n    @tf.function",
        "A second time",
    ),
]
