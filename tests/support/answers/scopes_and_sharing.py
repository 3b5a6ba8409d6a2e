#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("scope, reuse=tf.AUTO_REUSE", "name, reuse=tf.AUTO_REUSE", "open that"),
    (
        "tf.variable_scope(scope, reuse=tf.AUTO_REUSE)",
        "tf.name_scope(name), tf.variable_scope('', reuse=tf.AUTO_REUSE)",
        "A name scope does not change the names",
    ),
    ("scope, reuse=tf.AUTO_REUSE", "scope", "The second call makes the variables again"),
    ("reuse=tf.AUTO_REUSE", "reuse=True", "The first call finds no variables"),
    ("return network(x)", "network(x)", "The function returned None, no tensor"),
    ("return network(x)", "return network(x) + 1", "Expected [[13.0, 13.0]], as `network` does"),
    (
        "    def call(x):",
        "    from functools import cache\n\n    @cache\n    def only(name):\n"
        "        with tf.variable_scope(scope):\n            return network(held[0])\n\n"
        "    held = []\n\n    def call(x):\n        held.append(x)\n        return only(name)\n\n"
        "    def unused(x):",
        "For [[0.0, 0.0, 1.0]], the function returned [[13.0, 13.0]]",
    ),
    ("return call", "return name", "`shared` returned 'first'. Expected a function"),
    (
        "with tf.variable_scope(name) as scope",
        "with tf.variable_scope('net') as scope",
        "the variables are net/W, net/b. Expected first/W, first/b",
    ),
    (
        "with tf.variable_scope(name) as scope",
        "with tf.variable_scope('first') as scope",
        "After a second function was made, the variables are first/W, first/b. Expected",
    ),
]
