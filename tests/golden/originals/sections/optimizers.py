"""Every optimizer of `tf.train`: defaults, slots, and three steps, dense and sparse."""

from __future__ import absolute_import, division, print_function

import numpy as np

from . import core

STEPS = 3
#: Name -> class, arguments that are numbers, and the others. Numbers that are a default are given
#: all the same, so that they are nudged.
OPTIMIZERS = {
    "GradientDescent": ("GradientDescentOptimizer", {"learning_rate": 0.1}, {}),
    "Momentum": ("MomentumOptimizer", {"learning_rate": 0.1, "momentum": 0.9}, {}),
    "Nesterov": (
        "MomentumOptimizer",
        {"learning_rate": 0.1, "momentum": 0.9},
        {"use_nesterov": True},
    ),
    "Adam": (
        "AdamOptimizer",
        {"learning_rate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
        {},
    ),
    "Adam, epsilon 0.1": (
        "AdamOptimizer",
        {"learning_rate": 0.1, "beta1": 0.8, "beta2": 0.9, "epsilon": 0.1},
        {},
    ),
    "Adagrad": ("AdagradOptimizer", {"learning_rate": 0.1}, {}),
    "Adadelta": (
        "AdadeltaOptimizer",
        {"learning_rate": 0.1, "rho": 0.95, "epsilon": 1e-8},
        {},
    ),
    "Adadelta, epsilon 0.1": (
        "AdadeltaOptimizer",
        {"learning_rate": 0.1, "rho": 0.9, "epsilon": 0.1},
        {},
    ),
    "RMSProp": (
        "RMSPropOptimizer",
        {"learning_rate": 0.1, "decay": 0.9, "epsilon": 1e-10},
        {},
    ),
    "RMSProp, momentum": (
        "RMSPropOptimizer",
        {"learning_rate": 0.1, "decay": 0.8, "momentum": 0.9, "epsilon": 0.1},
        {},
    ),
    "RMSProp, centered": (
        "RMSPropOptimizer",
        {"learning_rate": 0.1, "momentum": 0.9, "epsilon": 0.1},
        {"centered": True},
    ),
    "Ftrl": ("FtrlOptimizer", {"learning_rate": 0.1}, {}),
    "Ftrl, l1 and l2": (
        "FtrlOptimizer",
        {
            "learning_rate": 0.1,
            "l1_regularization_strength": 0.05,
            "l2_regularization_strength": 0.1,
        },
        {},
    ),
    "Ftrl, shrinkage": (
        "FtrlOptimizer",
        {"learning_rate": 0.1, "l2_shrinkage_regularization_strength": 0.1},
        {},
    ),
    "ProximalAdagrad": (
        "ProximalAdagradOptimizer",
        {
            "learning_rate": 0.1,
            "l1_regularization_strength": 0.05,
            "l2_regularization_strength": 0.1,
        },
        {},
    ),
    "ProximalGradientDescent": (
        "ProximalGradientDescentOptimizer",
        {
            "learning_rate": 0.1,
            "l1_regularization_strength": 0.05,
            "l2_regularization_strength": 0.1,
        },
        {},
    ),
    "AdagradDA": (
        "AdagradDAOptimizer",
        {
            "learning_rate": 0.1,
            "l1_regularization_strength": 0.05,
            "l2_regularization_strength": 0.1,
        },
        {"global_step": "a variable"},
    ),
}
#: Those whose epsilon counts where gradients are small.
SMALL = ("Adadelta", "Adam", "RMSProp")
CLASSES = sorted({row[0] for row in OPTIMIZERS.values()})


def cases(tf):
    for name in CLASSES:
        yield name + ", defaults", _defaults(name)
    for name, row in sorted(OPTIMIZERS.items()):
        yield name + ", dense", _steps(row)
        yield name + ", sparse", _steps(row, sparse=True)
        yield name + ", locking", _steps(row, locking=True)
    for name in SMALL:
        yield name + ", small gradients", _steps(OPTIMIZERS[name], scale=1e-6)
    yield "minimize", _minimize


def _defaults(name):
    return lambda tf, session, inputs: core.defaults(getattr(tf.train, name))


def _steps(row, sparse=False, locking=False, scale=1):
    """Three steps from gradients that are fed; a row is named twice in the sparse ones."""
    name, numbers, others = row

    def case(tf, session, inputs):
        weights = tf.Variable(inputs.normal("weights", 3, 2), name="w")
        others_now = dict(others)
        if "global_step" in others:
            others_now["global_step"] = tf.Variable(np.int64(0), trainable=False, name="step")
        arguments = {key: inputs.number(value) for key, value in sorted(numbers.items())}
        arguments.update(others_now, use_locking=locking)
        optimizer = getattr(tf.train, name)(**arguments)
        fed = tf.placeholder(tf.float32, [3, 2])
        gradient = tf.IndexedSlices(fed, tf.constant([1, 2, 1]), [3, 2]) if sparse else fed
        update = optimizer.apply_gradients([(gradient, weights)])
        operations = tf.get_default_graph().get_operations()
        seen = {
            "variables": core.variables(tf),
            "slots": list(optimizer.get_slot_names()),
            "apply": sorted(
                [each.type, _flags(each)] for each in operations if "Apply" in each.type
            ),
        }
        core.initialize(tf, session)
        named = {each.op.name: each for each in tf.global_variables() if each.dtype.is_floating}
        _see(seen, session.run(named), "before")
        for step in range(1, STEPS + 1):
            gradient = inputs.normal("gradient %d" % step, 3, 2) * np.float32(scale)
            session.run(update, {fed: gradient})
            state = named if step != 2 else {"w": named["w"]}  # slots at the ends are enough
            _see(seen, session.run(state), "after %d" % step)
        if locking:  # as without, so only the end is written
            seen = {key: seen[key] for key in ("apply", "w after %d" % STEPS)}
        return seen

    return case


def _see(seen, state, when):
    for name, value in state.items():
        seen["%s %s" % (name, when)] = value


def _flags(operation):
    """The attributes of an update that choose what it does."""
    flags = {}
    for name in ("use_locking", "use_nesterov"):
        try:
            flags[name] = bool(operation.get_attr(name))
        except ValueError:
            pass
    return flags


def _minimize(tf, session, inputs):
    """`minimize`: its names, a step counter, and a variable without a gradient."""
    weights = tf.Variable(inputs.normal("weights", 4, 2), name="w")
    tf.Variable(inputs.normal("idle", 2), name="idle")
    step = tf.Variable(0, trainable=False, name="step")
    loss = tf.reduce_sum(tf.square(weights))
    optimizer = tf.train.GradientDescentOptimizer(inputs.number(0.1))
    update = optimizer.minimize(loss, global_step=step)
    core.initialize(tf, session)
    session.run(update)
    return {
        "update": update.name,
        "step": session.run(step),
        "w": session.run(weights),
        "variables": core.variables(tf),
    }
