"""Writes operations.json: how many operations a call made in an old release, and its op seeds.

Run it once in each release; it replaces the part of that release:

    python write_operations.py operations.json

Up to TensorFlow 1.15, a random operation without a seed took the number of operations in the graph
so far. This file runs on Python 2.7 and later, with TensorFlow 0.12 to 1.15 and nothing else; the
tests evaluate the same calls with the old names of today. A call that a release does not have is
left out.
"""

# ruff: noqa: E501 - a call is one line, which the JSON file has, too.

from __future__ import print_function

import json
import os
import sys

CALLS = [
    "(tf.Variable(0.), tf.global_variables_initializer())",
    "(tf.Variable(0.), tf.train.Saver())",
    "-x(2)",
    "1.0-x(2)",
    "[tf.Variable(tf.random_normal([2,3])) for _ in range(3)]",
    "[tf.contrib.layers.fully_connected(x(2, 3), 4), tf.random_normal([2])]",
    "[tf.layers.conv2d(x(2, 8, 8, 1), 4, 3), tf.random_normal([2])]",
    "[tf.layers.dense(x(2, 3), 4), tf.random_normal([2])]",
    "[tf.nn.dropout(x(2, 3), 0.5), tf.random_normal([2])]",
    "[tf.nn.softmax_cross_entropy_with_logits(logits=x(2, 3), labels=x(2, 3)), tf.random_normal([2])]",
    "[tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(tf.Variable(tf.zeros([2]))))), tf.random_normal([2])]",
    "[tf.transpose(x(2, 3)), tf.random_normal([2])]",
    "tf.Variable(0, trainable=False, name='global_step')",
    "tf.Variable(0.0)",
    "tf.Variable(tf.constant(0.1, shape=[3]))",
    "tf.Variable(tf.random_normal([2,3]))",
    "tf.Variable(tf.random_normal([2,3], stddev=0.1))",
    "tf.Variable(tf.random_uniform([2,3], -1.0, 1.0))",
    "tf.Variable(tf.truncated_normal([2,3], stddev=0.1))",
    "tf.Variable(tf.zeros([2,3]))",
    "tf.abs(x(2))",
    "tf.add(x(2), 1.0)",
    "tf.argmax(x(2,3), 1)",
    "tf.assign(tf.Variable(0.0), 1.0)",
    "tf.boolean_mask(x(2,3), tf.placeholder(tf.bool,[2]))",
    "tf.cast(x(2), tf.int32)",
    "tf.clip_by_global_norm([x(2),x(3)], 5.0)",
    "tf.clip_by_norm(x(2), 1.0)",
    "tf.clip_by_value(x(2),0.,1.)",
    "tf.concat(0,[x(2),x(2)])",
    "tf.concat([x(2),x(2)],0)",
    "tf.cond(tf.placeholder(tf.bool), lambda: tf.constant(1.0), lambda: tf.constant(2.0))",
    "tf.constant([1.,2.])",
    "tf.contrib.layers.conv2d(x(2,8,8,1), 4, 3)",
    "tf.contrib.layers.dropout(x(2,3), 0.4)",
    "tf.contrib.layers.flatten(tf.placeholder(tf.float32,[None,8,8,1]))",
    "tf.contrib.layers.flatten(x(2,8,8,1))",
    "tf.contrib.layers.fully_connected(x(2,3), 4)",
    "tf.diag(x(2))",
    "tf.einsum('ij,jk->ik', x(2,3), x(3,4))",
    "tf.exp(x(2))",
    "tf.expand_dims(x(2), 1)",
    "tf.eye(3)",
    "tf.fill([2],1.0)",
    "tf.gather(x(5,3), [1,2])",
    "tf.get_variable('w', [2, 3], initializer=tf.uniform_unit_scaling_initializer())",
    "tf.get_variable('w',[2,3])",
    "tf.get_variable('w',[2,3], initializer=tf.constant_initializer(0.0))",
    "tf.get_variable('w',[2,3], initializer=tf.constant_initializer(0.1))",
    "tf.get_variable('w',[2,3], initializer=tf.contrib.layers.xavier_initializer())",
    "tf.get_variable('w',[2,3], initializer=tf.random_normal_initializer(stddev=0.1))",
    "tf.get_variable('w',[2,3], initializer=tf.random_uniform_initializer())",
    "tf.get_variable('w',[2,3], initializer=tf.random_uniform_initializer(-1,1))",
    "tf.get_variable('w',[2,3], initializer=tf.truncated_normal_initializer(stddev=0.1))",
    "tf.get_variable('w',[3,3], initializer=tf.orthogonal_initializer())",
    "tf.gradients(tf.reduce_mean(tf.square(tf.Variable(tf.zeros([2])))), tf.trainable_variables())",
    "tf.group(tf.Variable(0.0).initializer)",
    "tf.identity(x(2))",
    "tf.image.random_brightness(x(8,8,3), 0.2)",
    "tf.image.random_contrast(x(8,8,3), 0.1, 0.2)",
    "tf.image.random_flip_left_right(x(8,8,3))",
    "tf.image.resize_images(x(2,8,8,1), [4,4])",
    "tf.layers.average_pooling2d(x(2,8,8,1), 2, 2)",
    "tf.layers.batch_normalization(tf.placeholder(tf.float32,[None,3]), training=True)",
    "tf.layers.batch_normalization(x(2,3))",
    "tf.layers.batch_normalization(x(2,3), training=True)",
    "tf.layers.batch_normalization(x(2,3), training=tf.placeholder(tf.bool))",
    "tf.layers.batch_normalization(x(2,8,8,1))",
    "tf.layers.batch_normalization(x(2,8,8,1), training=True)",
    "tf.layers.batch_normalization(x(2,8,8,1), training=tf.placeholder(tf.bool))",
    "tf.layers.conv1d(x(2,5,3), 4, 2)",
    "tf.layers.conv2d(x(2, 8, 8, 1), 4, 3, activation=tf.nn.relu)",
    "tf.layers.conv2d(x(2,8,8,1), 4, 3)",
    "tf.layers.conv2d_transpose(tf.placeholder(tf.float32,[None,8,8,3]), 3, 3)",
    "tf.layers.conv2d_transpose(x(2,8,8,3), 3, 3)",
    "tf.layers.dense(x(2, 3), 4, kernel_initializer=tf.truncated_normal_initializer(stddev=0.02))",
    "tf.layers.dense(x(2,3), 4)",
    "tf.layers.dense(x(2,3), 4, activation=tf.nn.relu)",
    "tf.layers.dropout(tf.placeholder(tf.float32,[None,3]), 0.4, training=tf.placeholder(tf.bool))",
    "tf.layers.dropout(x(2,3), 0.4)",
    "tf.layers.dropout(x(2,3), 0.4, training=True)",
    "tf.layers.dropout(x(2,3), 0.4, training=tf.placeholder(tf.bool))",
    "tf.layers.dropout(x(2,3), rate=0.4, training=True)",
    "tf.layers.flatten(tf.placeholder(tf.float32,[None,8,8,1]))",
    "tf.layers.flatten(x(2,8,8,1))",
    "tf.layers.max_pooling2d(x(2,8,8,1), 2, 2)",
    "tf.layers.separable_conv2d(x(2,8,8,3), 3, 3)",
    "tf.linspace(0.0, 1.0, 3)",
    "tf.log(x(2))",
    "tf.losses.absolute_difference(x(2,3), x(2,3))",
    "tf.losses.mean_squared_error(x(2,3), x(2,3))",
    "tf.losses.sigmoid_cross_entropy(x(2,3), x(2,3))",
    "tf.losses.softmax_cross_entropy(x(2,3), x(2,3))",
    "tf.losses.sparse_softmax_cross_entropy(tf.placeholder(tf.int64,[2]), x(2,3))",
    "tf.matmul(x(2,3), tf.Variable(tf.zeros([3,4]))) + tf.Variable(tf.zeros([4]))",
    "tf.maximum(x(2), 0.0)",
    "tf.metrics.accuracy(tf.placeholder(tf.int64,[2]), tf.placeholder(tf.int64,[2]))",
    "tf.mod(tf.placeholder(tf.int32),2)",
    "tf.multinomial(tf.zeros([1,3]), 2)",
    "tf.nn.avg_pool(x(2,8,8,1), ksize=[1,2,2,1], strides=[1,2,2,1], padding='SAME')",
    "tf.nn.batch_normalization(x(2,3), tf.zeros([3]), tf.zeros([3]), tf.zeros([3]), tf.zeros([3]), 1e-3)",
    "tf.nn.bias_add(x(2,3), tf.Variable(tf.zeros([3])))",
    "tf.nn.conv2d(x(2,8,8,1), tf.Variable(tf.zeros([3,3,1,4])), strides=[1,1,1,1], padding='SAME')",
    "tf.nn.conv2d(x(2,8,8,3), tf.Variable(tf.truncated_normal([3,3,3,2])), [1,1,1,1], 'SAME')",
    "tf.nn.conv2d_transpose(x(2,8,8,1), tf.Variable(tf.zeros([3,3,4,1])), [2,16,16,4], [1,2,2,1])",
    "tf.nn.dropout(tf.placeholder(tf.float32,[None,3]), 0.5)",
    "tf.nn.dropout(x(2,3), 0.5)",
    "tf.nn.dropout(x(2,3), 0.5, noise_shape=[2,1])",
    "tf.nn.dropout(x(2,3), 1.0)",
    "tf.nn.dropout(x(2,3), keep_prob=0.5)",
    "tf.nn.dropout(x(2,3), keep_prob=tf.placeholder(tf.float32))",
    "tf.nn.dropout(x(2,3), tf.constant(0.5))",
    "tf.nn.dropout(x(2,3), tf.placeholder(tf.float32))",
    "tf.nn.dynamic_rnn(tf.contrib.rnn.BasicLSTMCell(4), x(2,3,4), dtype=tf.float32)",
    "tf.nn.elu(x(2))",
    "tf.nn.embedding_lookup(tf.Variable(tf.zeros([5,3])), tf.placeholder(tf.int32,[2]))",
    "tf.nn.in_top_k(x(2,3), tf.placeholder(tf.int32,[2]), 1)",
    "tf.nn.l2_loss(x(2))",
    "tf.nn.l2_normalize(x(2,3), 1)",
    "tf.nn.leaky_relu(x(2,3))",
    "tf.nn.log_softmax(x(2,3))",
    "tf.nn.lrn(x(2,8,8,4), 4)",
    "tf.nn.max_pool(x(2,8,8,1), ksize=[1,2,2,1], strides=[1,2,2,1], padding='SAME')",
    "tf.nn.moments(x(2,3),[0])",
    "tf.nn.nce_loss(weights=tf.Variable(tf.zeros([10,3])), biases=tf.Variable(tf.zeros([10])), inputs=x(2,3), labels=tf.placeholder(tf.int64,[2,1]), num_sampled=3, num_classes=10)",
    "tf.nn.relu(x(2))",
    "tf.nn.relu6(x(2))",
    "tf.nn.separable_conv2d(x(2,8,8,3), tf.ones([3,3,3,1]), tf.ones([1,1,3,2]), [1,1,1,1], 'SAME')",
    "tf.nn.sigmoid(x(2))",
    "tf.nn.sigmoid_cross_entropy_with_logits(logits=x(2,3), labels=x(2,3))",
    "tf.nn.softmax(x(2,3))",
    "tf.nn.softmax(x(2,3,4))",
    "tf.nn.softmax_cross_entropy_with_logits(logits=tf.placeholder(tf.float32,[None,3]), labels=tf.placeholder(tf.float32,[None,3]))",
    "tf.nn.softmax_cross_entropy_with_logits(logits=x(2,3), labels=x(2,3))",
    "tf.nn.softplus(x(2))",
    "tf.nn.sparse_softmax_cross_entropy_with_logits(logits=tf.placeholder(tf.float32,[None,3]), labels=tf.placeholder(tf.int64,[None]))",
    "tf.nn.sparse_softmax_cross_entropy_with_logits(logits=x(2,3), labels=tf.placeholder(tf.int64,[2]))",
    "tf.nn.static_rnn(tf.contrib.rnn.BasicLSTMCell(4), [x(2,3)]*2, dtype=tf.float32)",
    "tf.nn.tanh(x(2))",
    "tf.nn.top_k(x(2,3))",
    "tf.nn.weighted_cross_entropy_with_logits(x(2,3), x(2,3), 2.0)",
    "tf.no_op()",
    "tf.norm(x(2))",
    "tf.one_hot(tf.placeholder(tf.int32,[2]), 3)",
    "tf.ones([2,3])",
    "tf.ones_like(x(2,3))",
    "tf.pad(x(2,3), [[0,0],[1,1]])",
    "tf.pow(x(2),2.0)",
    "tf.random_crop(x(8,8,3),[4,4,3])",
    "tf.random_gamma([2], 1.0)",
    "tf.random_normal([2, 3], 0.0, tf.placeholder(tf.float32))",
    "tf.random_normal([2, 3], mean=1.0)",
    "tf.random_normal([2, 3], seed=7)",
    "tf.random_shuffle(tf.range(5))",
    "tf.random_shuffle(x(4,2))",
    "tf.random_uniform([2])",
    "tf.random_uniform([2], -1.0, 1.0)",
    "tf.random_uniform([2], 0, 1)",
    "tf.random_uniform([2], 0, 5, dtype=tf.int32)",
    "tf.random_uniform([2], 0.0, 1.0)",
    "tf.random_uniform([2], dtype=tf.float64)",
    "tf.random_uniform([2], maxval=2.0)",
    "tf.range(5)",
    "tf.reduce_max(x(2,3))",
    "tf.reduce_mean(tf.cast(tf.equal(tf.argmax(x(2,3),1), tf.argmax(x(2,3),1)), tf.float32))",
    "tf.reduce_mean(tf.placeholder(tf.float32))",
    "tf.reduce_mean(x(2,3))",
    "tf.reduce_mean(x(2,8,8,3), [1,2])",
    "tf.reduce_sum(x(2,3), 1)",
    "tf.reshape(x(2,6), [-1,3])",
    "tf.scatter_update(tf.Variable(tf.zeros([2,3])), [0], x(1,3))",
    "tf.sequence_mask(tf.placeholder(tf.int32,[2]), 3)",
    "tf.shape(tf.placeholder(tf.float32,[None,3]))",
    "tf.size(tf.placeholder(tf.float32))",
    "tf.slice(x(2,3), [0,0], [1,1])",
    "tf.split(1,2,x(2,4))",
    "tf.split(x(2,4),2,1)",
    "tf.sqrt(x(2))",
    "tf.square(x(2))",
    "tf.squared_difference(x(2), x(2))",
    "tf.squeeze(x(2,1))",
    "tf.stack([x(2),x(2)])",
    "tf.stop_gradient(x(2))",
    "tf.summary.histogram('a', x(2))",
    "tf.summary.image('a', x(2,8,8,1))",
    "tf.summary.scalar('a', x())",
    "tf.tensordot(x(2,3), x(3,4), 1)",
    "tf.tile(x(2,3),[1,2])",
    "tf.to_float(tf.placeholder(tf.int32))",
    "tf.train.AdamOptimizer(0.1).minimize(tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(logits=tf.matmul(tf.nn.relu(tf.matmul(x(2,3),tf.Variable(tf.zeros([3,4])))+tf.Variable(tf.zeros([4]))),tf.Variable(tf.zeros([4,3]))),labels=x(2,3))))",
    "tf.train.AdamOptimizer(0.1).minimize(tf.reduce_mean(tf.square(tf.Variable(tf.zeros([2])))))",
    "tf.train.GradientDescentOptimizer(0.1).minimize(tf.reduce_mean(tf.square(tf.Variable(tf.zeros([2])))))",
    "tf.train.exponential_decay(0.1, tf.Variable(0, trainable=False), 10, 0.9)",
    "tf.transpose(x(2,3))",
    "tf.transpose(x(2,3,4), [1,0,2])",
    "tf.truncated_normal([2])",
    "tf.unstack(x(2,3))",
    "tf.where(tf.equal(x(2), x(2)), x(2), x(2))",
    "tf.while_loop(lambda i: i<3, lambda i: i+1, [tf.constant(0)])",
    "tf.zeros([2,3])",
    "tf.zeros([2000,3])",
    "tf.zeros_like(x(2,3))",
    "x(2)**2",
    "x(2)*2.0",
    "x(2)+1.0",
    "x(2)/2.0",
    "x(2,3)",
    "x(2,3)[0]",
    "x(2,3)[:,-1]",
    "x(2,3)[:,1:]",
]


def counted(tf, call):
    """The number of operations that a call makes in an empty graph, and its op seeds."""

    def x(*shape):
        return tf.placeholder(tf.float32, list(shape))

    graph = tf.Graph()
    with graph.as_default():
        tf.set_random_seed(1)
        eval(call, {"tf": tf, "x": x})
    operations = graph.get_operations()
    drawing = [each for each in operations if "seed2" in each.node_def.attr]
    return [len(operations), [int(each.get_attr("seed2")) for each in drawing]]


def main(path):
    import tensorflow as tf

    recorded = {}
    if os.path.exists(path):
        with open(path) as file:
            recorded = json.load(file)
    of_release = recorded[tf.__version__] = {}
    for call in CALLS:
        try:
            of_release[call] = counted(tf, call)
        except (AttributeError, TypeError, ValueError):
            pass
    with open(path, "w") as file:
        json.dump(recorded, file, indent=1, sort_keys=True)
        file.write("\n")


if __name__ == "__main__":
    main(sys.argv[1])
