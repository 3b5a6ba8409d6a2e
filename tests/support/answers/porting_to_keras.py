#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("Dropout(0.2)", "Dropout(0.8)", "rung dropout, in share kept: the keep probability"),
    (", epsilon=1e-8", "", "the epsilon is 1e-07 instead of 1e-08"),
    ("Adam(0.001", "Adam(0.01", "rung update"),
    (', activation="softmax"', "", "Make the last layer a softmax"),
    ("Dropout(0.2)(x)", "Activation('linear')(x)", "rung dropout"),
    ("MaxPooling2D()", "AveragePooling2D(2)", "rung forward"),
    ("keras.Input((28, 28, 1))", "keras.Input((28, 28, 3))", "input shape is (None, 28, 28, 3)"),
    (
        "    model.compile",
        "    keras.optimizers.Adam(); lambda model: model.compile",
        "not compiled",
    ),
]
