"""Steps taken in both ways, lifted and native, and compared in every bit."""

import keras
import numpy as np
import tensorflow as tf

from legacy_cnn.programs.lifted import lift, lift_keras
from support.kinds import BATCH, LABELS, ROWS, STEPS

X, Y = ROWS[:BATCH], LABELS[:BATCH]


def bits(values):
    """What can be compared: NaN is NaN, and 0 is not -0."""
    return {name: np.asarray(value).tobytes() for name, value in values.items()}


def batch(values, step):
    part = slice(step * BATCH, (step + 1) * BATCH)
    return tf.nest.map_structure(lambda value: value[part], values)


def named(variable):
    return getattr(variable, "path", variable.name)


def own_state(model, lifted):
    """The user's own variables, by their names in the graph."""
    variables = [*model.variables]
    for optimizer in (model.optimizer, getattr(model, "second", None)):
        slots = optimizer.variables if optimizer else []
        variables += slots() if callable(slots) else slots
    own = {named(each): each for each in variables}
    return {
        name: own[named(variable)].numpy()
        for name, variable in lifted.variables.items()
        if named(variable) in own
    }


def check_fit(example, lambda_callback=keras.callbacks.LambdaCallback):
    """Takes the steps of a `fit` in both ways, compares the state after each one."""
    model, *given = example
    given = [each for each in given if each is not None]
    lifted = lift_keras(model, *batch(given, 0))
    outputs, states, results, expected = [], [], [], []
    for step in range(STEPS):
        outputs.append(lifted.step(*batch(given, step)))
        states.append(lifted.state())

    def remember(batch, logs):
        results.append(logs)
        expected.append(own_state(model, lifted))

    x, y, *weights = given
    options = {"batch_size": BATCH, "shuffle": False, "verbose": 0}
    callback = lambda_callback(on_train_batch_end=remember)
    model.fit(x, y, sample_weight=(*weights, None)[0], callbacks=[callback], **options)
    assert len(expected[0]) >= len(model.trainable_variables) + 2  # iterations, rate, slots
    for state, own in zip(states, expected, strict=True):
        assert bits({name: state[name] for name in own}) == bits(own)
    assert [{name: float(each) for name, each in output.items()} for output in outputs] == results
    return lifted


def check(step, *arguments, native=None, steps=STEPS):
    """Takes some steps in both ways; returns the lifted one."""
    lifted = lift(step, *arguments)
    outputs = [lifted.step(*arguments) for _ in range(steps)]
    native = native or tf.function(step)
    tensors = tf.nest.map_structure(tf.constant, arguments)
    expected = [tf.nest.map_structure(np.asarray, native(*tensors)) for _ in range(steps)]
    tf.nest.assert_same_structure(outputs, expected)
    assert bits(dict(enumerate(tf.nest.flatten(outputs)))) == bits(
        dict(enumerate(tf.nest.flatten(expected)))
    )
    state = {name: variable.numpy() for name, variable in lifted.variables.items()}
    assert bits(lifted.state()) == bits(state)
    return lifted
