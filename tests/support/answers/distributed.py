#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("rows / tf.reduce_sum(rows)", "tf.ones_like(rows) / len(parts)", "is the mean of the means"),
    ("tf.device(setter)", "tf.device(worker)", "W is on /job:worker/task:0. Expected /job:ps"),
    ("task:{task}", "task:0", "part 1, is on /job:worker/task:0. Expected /job:worker/task:1"),
    (
        "            gradients.append",
        "        with tf.device(None):\n            gradients.append",
        "is on no device. Expected /job:worker/task:0. Call `loss` and `tf.gradients` within",
    ),
    (", reuse=tf.AUTO_REUSE", "", "The second worker makes the variables again"),
    ('tf.variable_scope("model"', 'tf.variable_scope(f"model{task}"', "which all workers share"),
    ("rows / tf.reduce_sum(rows)", "tf.ones_like(rows)", "is the sum of the parts' gradients"),
    ("        return optimizer", "        optimizer", "`synchronous` returned None"),
    ("GradientDescentOptimizer(rate)", "GradientDescentOptimizer(-rate)", "has the wrong sign"),
    ("GradientDescentOptimizer", "AdamOptimizer", "which all workers share"),
    ('"model"', 'f"model{task}"', "Expected two, W and b, which all workers share"),
    ("loss(part)", "loss(tf.concat(parts, 0))", "MatMul is computed of the parts 0, 1, 2"),
    ("rows / tf.reduce_sum(rows)", "tf.constant([5.0, 2.0, 1.0]) / 8", "parts of 1, 4, 2 rows"),
]
