#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("trainable_variables", "global_variables", "Adam's own variables are not parameters"),
    ("len(output) // len(images)", "len(output)", "Divide by the number of images"),
    (
        "sum(math.prod(each.shape.as_list()) for each in tf.trainable_variables())",
        "len(tf.trainable_variables())",
        "Count their elements",
    ),
    ("output.min() >= 0 and ", "", 'For a layer whose rows have the sum 1, "softmax" is True'),
    ("np.allclose(output.sum(1), 1, atol=1e-3)", "output.max() <= 1", "a layer of sigmoids"),
    (
        "tf.trainable_variables())",
        "tf.global_variables() if 'dam' not in each.name and 'beta' not in each.name)",
        "One of its variables is not trained",
    ),
    ("each.shape.as_list())", "each.shape.as_list()[-1:])", '"parameters" is 2260. Expected'),
    ('"rows": len(output) // len(images), ', "", "Expected a dictionary with"),
    ("output.min() >= 0 and np.allclose", "np.allclose", "Probabilities are not negative"),
    (
        "output.min() >= 0 and np.allclose(output.sum(1), 1, atol=1e-3)",
        "any(each.type == 'Softmax' for each in graph.get_operations())",
        'For a layer with a softmax, and a constant, "softmax" is False. Expected True',
    ),
]
