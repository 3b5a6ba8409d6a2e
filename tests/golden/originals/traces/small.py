"""A small TensorFlow 1 script: dropout and Adam; recorded on three releases.

Run `python record_tf1.py --steps 2 --tensors "^(Relu|logits|gradients/Relu)" small.py 3` on each.
"""

from __future__ import print_function

import sys

import numpy as np
import tensorflow as tf

if not hasattr(tf, "Session"):
    import tensorflow.compat.v1 as tf

graph = tf.Graph()
with graph.as_default():
    tf.set_random_seed(3)
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    y = tf.placeholder(tf.float32, [None, 3], name="y")
    keep_prob = tf.placeholder(tf.float32, name="keep_prob")
    W = tf.Variable(tf.random_normal([4, 6]), name="W")
    b = tf.Variable(tf.zeros([6]), name="b")
    hidden = tf.nn.dropout(tf.nn.relu(tf.matmul(x, W) + b), keep_prob)
    V = tf.Variable(tf.random_normal([6, 3]), name="V")
    logits = tf.matmul(hidden, V, name="logits")
    loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=logits, labels=y))
    step = tf.Variable(0, trainable=False, name="step")
    train = tf.train.AdamOptimizer(0.01).minimize(loss, global_step=step, name="train")
    init = tf.global_variables_initializer()

draws = np.random.RandomState(1)
with tf.Session(graph=graph) as session:
    session.run(init)
    for number in range(int(sys.argv[1])):
        labels = np.eye(3)[draws.randint(3, size=5)]
        feed = {x: draws.randn(5, 4), y: labels, keep_prob: 0.8}
        print("%d %.6g" % (number, session.run([train, loss], feed)[1]))
print(__name__, sys.argv)
