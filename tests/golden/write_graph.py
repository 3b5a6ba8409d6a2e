"""Writes graph.json: the nodes of the tutorial's graph under TensorFlow 1 behaviour.

The source is the listing below, as published but for the two corrections without which it does
not run or does not mean what it says; legacy_cnn has no part in it. Run it again only when the
TensorFlow version that setup.cfg allows changes:

    python tests/golden/write_graph.py
"""

import json
from pathlib import Path

LISTING = """
n_classes = 10
x = tf.placeholder('float', [None, 784])
y = tf.placeholder('float')
keep_prob = tf.placeholder(tf.float32)
def conv2d(x, W):
    return tf.nn.conv2d(x, W, strides=[1,1,1,1], padding='SAME')
def maxpool2d(x):
    return tf.nn.max_pool(x, ksize=[1,2,2,1], strides=[1,2,2,1], padding='SAME')
def convolutional_neural_network(x):
    weights = {'W_conv1':tf.Variable(tf.random_normal([5,5,1,32])),
    'W_conv2':tf.Variable(tf.random_normal([5,5,32,64])),
    'W_fc':tf.Variable(tf.random_normal([7*7*64,1024])),
    'out':tf.Variable(tf.random_normal([1024, n_classes]))}
    biases = {'b_conv1':tf.Variable(tf.random_normal([32])),
    'b_conv2':tf.Variable(tf.random_normal([64])),
    'b_fc':tf.Variable(tf.random_normal([1024])),
    'out':tf.Variable(tf.random_normal([n_classes]))}
    x = tf.reshape(x, shape=[-1, 28, 28, 1])
    conv1 = tf.nn.relu(conv2d(x, weights['W_conv1']) + biases['b_conv1'])
    conv1 = maxpool2d(conv1)
    conv2 = tf.nn.relu(conv2d(conv1, weights['W_conv2']) + biases['b_conv2'])
    conv2 = maxpool2d(conv2)
    fc = tf.reshape(conv2,[-1, 7*7*64])
    fc = tf.nn.relu(tf.matmul(fc, weights['W_fc'])+biases['b_fc'])
    fc = tf.nn.dropout(fc, keep_prob)
    output = tf.matmul(fc, weights['out'])+biases['out']
    return output
prediction = convolutional_neural_network(x)
cost = tf.reduce_mean( tf.nn.softmax_cross_entropy_with_logits(logits=prediction, labels=y) )
optimizer = tf.train.AdamOptimizer().minimize(cost)
init = tf.initialize_all_variables()
correct = tf.equal(tf.argmax(prediction, 1), tf.argmax(y, 1))
accuracy = tf.reduce_mean(tf.cast(correct, 'float'))
"""


def nodes(graph):
    """The nodes of a graph in their order: name, op, inputs, and every attribute with its value."""
    return [
        {
            "name": node.name,
            "op": node.op,
            "input": list(node.input),
            "attr": {key: " ".join(str(node.attr[key]).split()) for key in sorted(node.attr)},
        }
        for node in graph.as_graph_def(add_shapes=True).node
    ]


if __name__ == "__main__":
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    with tf.Graph().as_default() as listing:
        exec(LISTING, {"tf": tf})  # the listing is this file's own text
    lines = ",\n".join(json.dumps(node) for node in nodes(listing))
    Path(__file__).with_name("graph.json").write_text(f"[\n{lines}\n]\n")
