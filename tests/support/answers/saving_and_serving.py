#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    (
        "        logits = tutorial.convolutional_neural_network(images, 1.0)",
        "        keep_prob = tf.placeholder(tf.float32)\n"
        "        logits = tutorial.convolutional_neural_network(images, keep_prob)",
        "its output depends on a placeholder that is no input",
    ),
    ("(images, 1.0)", "(images, tutorial.keep_rate)", "dropout is on"),
    ("tf.nn.softmax(logits)", "logits", "These are the logits. Return their softmax"),
    (
        "tf.train.Saver().restore(session, checkpoint)",
        "session.run(tf.global_variables_initializer())",
        "those of the checkpoint's weights",
    ),
    ("[None, 784]", "[1, 784]", "`images` is float32 (1, 784). Expected float32 (None, 784)"),
    ('{"images": images}', '{"x": images}', "The signature takes x. Expected `images` alone"),
    (
        '{"images": images}, outputs',
        '{"images": images, "keep_prob": tf.placeholder(tf.float32, [])}, outputs',
        "The signature takes images, keep_prob. Expected `images` alone",
    ),
    ('{"probabilities":', '{"logits":', "The signature returns logits. Expected"),
    (
        'tf.saved_model.simple_save(session, directory, {"images": images}, outputs)',
        "tf.train.Saver().save(session, directory)",
        "There is no SavedModel in `directory`",
    ),
]
