#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("axis=1", "axis=None", "returned one number for all images"),
    ("axis=1", "axis=0", "For 3 images `means` returned the shape (784,). Expected (3,)."),
    ("[None, 784]", "None", "The placeholder's shape is <unknown>. Expected (None, 784)"),
    ("return session.run(mean, {x: images})", "return mean", "`means` returned a tensor"),
    ("{x: images}", "{x: images + 1}", "The first mean is 1.4966. Expected 0.4966."),
    ("session.run(mean, {x: images})", "images.mean(1)", "No session ran"),
    ("[None, 784]", "[3, 784]", "`means` raised ValueError: Cannot feed value of shape (1, 784)"),
    ("def means", "def mean_of", "has no function `means`"),
    (
        "def means(images):\n",
        "def means(images):\n    with tf.Graph().as_default() as graph:\n"
        "        x = tf.placeholder('float', [None, 784])\n"
        "        mean = tf.reduce_mean(x, axis=1)\n",
        "Each call builds its own graph",
    ),
    (
        "mean, {x: images}",
        "tf.reduce_mean(tf.constant(images), axis=1)",
        "Nothing was fed",
    ),
]
