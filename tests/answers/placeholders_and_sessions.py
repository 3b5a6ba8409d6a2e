RIGHT = """
import tensorflow.compat.v1 as tf

with tf.Graph().as_default() as graph:
    x = tf.placeholder("float", [None, 784])
    mean = tf.reduce_mean(x, axis=1)


def means(images):
    with tf.Session(graph=graph) as session:
        return session.run(mean, {x: images})
"""

#: What is changed in the right one, and what is said of that.
WRONG = [
    ("axis=1", "axis=None", "One number came back for all images"),
    ("axis=1", "axis=0", "Of 3 images (784,) came back, not (3,)."),
    ("[None, 784]", "None", "The placeholder's shape is <unknown>, not (None, 784)"),
    ("return session.run(mean, {x: images})", "return mean", "What came back is a tensor"),
    ("{x: images}", "{x: images + 1}", "The first mean is 1.4966, and should be 0.4966."),
    ("session.run(mean, {x: images})", "images.mean(1)", "No session ran"),
    ("[None, 784]", "[3, 784]", "means stopped: ValueError: Cannot feed value of shape (1, 784)"),
    ("def means", "def mean_of", "has no function called means"),
    (
        "def means(images):\n",
        "def means(images):\n    with tf.Graph().as_default() as graph:\n"
        "        x = tf.placeholder('float', [None, 784])\n"
        "        mean = tf.reduce_mean(x, axis=1)\n",
        "Each call has a graph of its own",
    ),
    (
        "mean, {x: images}",
        "tf.reduce_mean(tf.constant(images), axis=1)",
        "Nothing was fed",
    ),
]
