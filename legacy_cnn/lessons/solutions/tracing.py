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
