import tensorflow.compat.v1 as tf


def synchronous(loss, parts, rate):
    gradients = []
    for task, part in enumerate(parts):
        worker = f"/job:worker/task:{task}"
        setter = tf.train.replica_device_setter(ps_tasks=1, worker_device=worker)
        with tf.device(setter), tf.variable_scope("model", reuse=tf.AUTO_REUSE):
            mean = loss(part)
            variables = tf.trainable_variables("model")
            gradients.append(tf.gradients(mean, variables))
    with tf.device("/job:ps/task:0"):
        rows = tf.stack([tf.cast(tf.shape(part)[0], tf.float32) for part in parts])
        shares = tf.unstack(rows / tf.reduce_sum(rows))
        means = [
            tf.add_n([share * gradient for share, gradient in zip(shares, each, strict=True)])
            for each in zip(*gradients, strict=True)
        ]
        optimizer = tf.train.GradientDescentOptimizer(rate)
        return optimizer.apply_gradients(zip(means, variables, strict=True))
