#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("names.get(name, name)", "name", "still contains Variable, Variable_1"),
    ("names.get(name, name)", "names[name]", "`rename` raised KeyError: 'global_step'"),
    ("in reader.get_variable_to_shape_map()", "in names", "global_step is missing"),
    (
        "        session.run(init)\n",
        "",
        "`rename` raised FailedPreconditionError: Could not find variable",
    ),
    (
        "reader.get_tensor(name)",
        "tf.zeros(reader.get_variable_to_shape_map()[name])",
        "The values of W_conv1 differ from those of Variable",
    ),
    (
        "reader.get_tensor(name)",
        "reader.get_tensor(name).astype('float32')",
        "global_step is float32",
    ),
    ("reader.get_tensor(name)", "reader.get_tensor(name).T", "W_conv1 has the shape (3, 2)"),
    ("(session, new)", "(session, old)", "There is no checkpoint at the path `new`"),
    ("(session, new)", "(session, new, 429)", "There is no checkpoint at the path `new`"),
    (
        "        saver.save(session, new)",
        "        with graph.as_default():\n"
        "            kept = tf.train.Checkpoint(kept=tf.global_variables())\n"
        "            kept.write(new, session=session)",
        "The new checkpoint is object-based",
    ),
]
