"""Random operations and initializers: distributions, fans, and the bits for a seed."""

from __future__ import absolute_import, division, print_function

import numpy as np

from . import core

SEED = 3
SHAPES = ([5, 7], [3, 3, 4, 8], [6])
#: Where an initializer is, its name, arguments that are numbers, and the others.
INITIALIZERS = (
    ("", "random_normal_initializer", {"mean": 0.5, "stddev": 0.1}, {"seed": SEED}),
    ("", "random_uniform_initializer", {"minval": -0.3, "maxval": 0.2}, {"seed": SEED}),
    ("", "truncated_normal_initializer", {"stddev": 0.1}, {"seed": SEED}),
    ("", "uniform_unit_scaling_initializer", {"factor": 1.43}, {"seed": SEED}),
    ("", "orthogonal_initializer", {"gain": 1.5}, {"seed": SEED}),
    ("", "glorot_uniform_initializer", {}, {"seed": SEED}),
    ("", "glorot_normal_initializer", {}, {"seed": SEED}),
    ("", "variance_scaling_initializer", {"scale": 2.0}, {"seed": SEED}),
    ("", "variance_scaling_initializer", {}, {"mode": "fan_out", "seed": SEED}),
    (
        "",
        "variance_scaling_initializer",
        {},
        {"mode": "fan_avg", "distribution": "uniform", "seed": SEED},
    ),
    ("keras.initializers", "he_normal", {}, {"seed": SEED}),
    ("keras.initializers", "he_uniform", {}, {"seed": SEED}),
    ("keras.initializers", "lecun_normal", {}, {"seed": SEED}),
    ("contrib.layers", "xavier_initializer", {}, {"seed": SEED}),
    ("contrib.layers", "xavier_initializer", {}, {"uniform": False, "seed": SEED}),
    ("contrib.layers", "variance_scaling_initializer", {}, {"seed": SEED}),
    (
        "contrib.layers",
        "variance_scaling_initializer",
        {"factor": 1.0},
        {"mode": "FAN_AVG", "uniform": True, "seed": SEED},
    ),
)
#: Operations between a random one and an initial value.
ARITHMETIC = ("Add", "AddV2", "Mul", "Sub", "Fill")
#: Random operations and their arguments.
OPERATIONS = {
    "random_uniform": [[40]],
    "random_uniform, integers": [[40], 0, 100, "int32"],
    "random_normal": [[40]],
    "truncated_normal": [[40]],
    "random_gamma": [[40], 2.0],
    "random_shuffle": [list(range(20))],
    "multinomial": [[[0.0, 1.0, 2.0]], 20],
}


def cases(tf):
    for where, name, numbers, others in INITIALIZERS:
        given = sorted(list(numbers.items()) + list(others.items()))
        told = ["%s=%s" % pair for pair in given if pair[0] != "seed"]
        full = ".".join(part for part in (where, name) if part)
        yield "%s(%s)" % (full, ", ".join(told)), _initializer(where, name, numbers, others)
    for name in sorted(OPERATIONS):
        yield "tf." + name, _operation(name)
    yield "get_variable", _default
    yield "Variable", _names
    for name in ("random_normal_initializer", "truncated_normal_initializer"):
        yield name + ", defaults", _defaults(name)


def _initializer(where, name, numbers, others):
    def case(tf, session, inputs):
        place = tf
        for part in where.split(".") if where else ():
            place = getattr(place, part)
        arguments = {key: inputs.number(value) for key, value in numbers.items()}
        arguments.update(others)
        initializer = getattr(place, name)(**arguments)
        seen = {}
        for shape in SHAPES:
            if "orthogonal" in name and len(shape) < 2:
                continue
            with tf.variable_scope("of_%d" % len(shape)):
                variable = tf.get_variable("w", shape, initializer=initializer)
            value = session.run(variable.initial_value)
            told = "x".join(map(str, shape))
            seen["values %s" % told] = value
            seen["bits %s" % told] = core.bits(value)
        return seen

    return case


def _operation(name):
    """Two draws in a session, with a graph seed and without, from the same operation seed."""

    def case(tf, session, inputs):
        given = [tf.int32 if each == "int32" else each for each in OPERATIONS[name]]
        function = getattr(tf, name.split(",")[0])
        seen = {}
        for how, seed in (("", None), (", graph seed", 7)):
            if seed is not None:
                tf.set_random_seed(seed)
            drawn = function(*given, seed=SEED)
            for draw in (1, 2):
                value = session.run(drawn)
                told = "draw %d%s" % (draw, how)
                seen["bits, " + told] = core.bits(value)
                seen["values, " + told] = value
        return seen

    return case


def _default(tf, session, inputs):
    """What `get_variable` draws without an initializer."""
    for kind in (tf.float32, tf.int32, tf.bool):
        for shape in SHAPES:
            try:
                tf.get_variable("%s_%d" % (kind.name, len(shape)), shape, dtype=kind)
            except (TypeError, ValueError):  # no default for this type
                pass
    return {"operations": initial_operations(tf, session)}


def initial_operations(tf, session):
    """What makes initial values: the random operations, and the numbers that go with them."""
    found = []
    for each in tf.get_default_graph().get_operations():
        if "/Initializer/" not in each.name or each.type in ARITHMETIC or "shape" in each.name:
            continue
        value = session.run(each.outputs[0]) if each.type == "Const" else None
        is_number = value is not None and np.size(value) == 1
        number = float("%.4g" % np.asarray(value).reshape(-1)[0]) if is_number else None
        found.append([each.name, each.type, number])
    return found


def _names(tf, session, inputs):
    """Names, collections and reuse of variables."""
    with tf.variable_scope("outer"):
        tf.Variable(1.0)
        tf.Variable(1.0, name="v", trainable=False)
        with tf.variable_scope("inner"):
            tf.get_variable("w", [2])
        with tf.name_scope("named"):
            tf.Variable(1.0, name="in_named")
            tf.get_variable("got", [2])
    with tf.variable_scope("outer/inner", reuse=True):
        again = tf.get_variable("w", [2])
    with tf.variable_scope("outer"):
        tf.Variable(1.0, name="v")
    return {
        "all": core.variables(tf),
        "trainable": core.variables(tf, trainable=True),
        "again": again.op.name,
    }


def _defaults(name):
    return lambda tf, session, inputs: core.defaults(getattr(tf, name))
