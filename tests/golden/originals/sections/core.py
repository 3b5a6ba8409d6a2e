"""What all sections share: what they are fed, how a case is run, and how a value is written.

A section is a module with a function `cases(tf)`, which returns pairs of a name and a function of
(tf, session, inputs) that returns a dict of quantities: arrays, texts, numbers, lists and dicts.
The same functions run in the old releases, where `write.py` writes what they return, and in the
tests, which compare it. Python 2.7 and NumPy 1.16 must do.
"""

from __future__ import division, print_function

import hashlib
import inspect
import sys
import zlib

import numpy as np

#: How many elements of an array are written.
SAMPLES = 8
#: How often a case runs with inputs moved by a unit in the last place, to measure its rounding.
NUDGES = 8
#: What a release raises that does not have what a case calls.
LACKING = (AttributeError, ImportError, NotImplementedError, TypeError)


class Inputs(object):
    """Arrays and numbers for a case: functions of their names alone, or nudged.

    Args:
      nudge: a seed to move every float by one unit in the last place up, down or not at all; None
        leaves them.
    """

    def __init__(self, nudge=None):
        self.is_exact = nudge is None
        self._random = None if nudge is None else np.random.RandomState(nudge)

    def normal(self, name, *shape):
        """Values drawn from N(0, 1), float32."""
        return self.array(_generator(name).standard_normal(shape))

    def uniform(self, name, *shape):
        """Values drawn from [0, 1), float32."""
        return self.array(_generator(name).random_sample(shape))

    def array(self, values):
        """Given values, as float32."""
        array = np.asarray(values, np.float32)
        if self._random is None:
            return array
        there = self._random.randint(-1, 2, array.shape).astype(np.float32) * np.float32(np.inf)
        moved = np.nextafter(array, np.where(np.isnan(there), array, there)).astype(np.float32)
        return np.where(array == 0, array, moved)  # a zero is not rounded

    def number(self, value):
        """A hyperparameter: constants of a formula are rounded, too."""
        return value if self._random is None else float(self.array(value))


def _generator(name):
    return np.random.RandomState(zlib.crc32(name.encode("ascii")) & 0xFFFFFFFF)


def session_of(tf):
    """A session with a thread, so that sums have one order."""
    config = tf.ConfigProto(intra_op_parallelism_threads=1, inter_op_parallelism_threads=1)
    return tf.Session(config=config)


def run(case, tf, inputs, resource=False):
    """Runs a case in a graph of its own; its variables are resources, or what TensorFlow 1 had."""
    with tf.Graph().as_default():
        with_variables(tf, resource)
        with session_of(tf) as session:
            return case(tf, session, inputs)


def with_variables(tf, resource=False):
    """Lets the current graph create the variables that TensorFlow 1 created, or resources."""
    scope = tf.get_variable_scope()
    if hasattr(scope, "set_use_resource"):
        scope.set_use_resource(resource)


def observed(section, tf, resource=False):
    """Runs a section once.

    Returns:
      Dict from case to quantity to what is written, without noise.
    """
    seen = {}
    for name, case in section.cases(tf):
        try:
            values = run(case, tf, Inputs(), resource)
            seen[name] = {key: shown(value, []) for key, value in values.items()}
        except LACKING as error:
            seen[name] = {"lacking": type(error).__name__}
    return seen


def measured(cases, tf):
    """Runs cases, and again with nudged inputs.

    Returns:
      Dict from case to quantity to what is written.
    """
    written = {}
    for name, case in cases:
        try:
            values = run(case, tf, Inputs())
        except LACKING as error:
            print("%s: %s: %s" % (name, type(error).__name__, error), file=sys.stderr)
            written[name] = {"lacking": type(error).__name__}
            continue
        except Exception:
            print("%s failed" % name, file=sys.stderr)
            raise
        others = []
        if any(is_float(value) for value in values.values()):
            others = [run(case, tf, Inputs(seed)) for seed in range(NUDGES)]
        written[name] = {
            key: shown(value, [other[key] for other in others]) for key, value in values.items()
        }
    return written


def is_float(value):
    """Whether a value is compared to rounding: an array or a scalar of floats."""
    return isinstance(value, (np.ndarray, np.floating)) and np.asarray(value).dtype.kind == "f"


def shown(value, others):
    """A value as JSON: floats with the root mean square of what nudged inputs move them by."""
    if not is_float(value):
        return plain(value)
    picked = samples(value)
    moved = [samples(other) - picked for other in others]
    noise = np.sqrt(np.mean(np.square(moved), axis=0)) if moved else np.zeros_like(picked)
    return {
        "dtype": str(np.asarray(value).dtype),
        "noise": [_number(each, "%.2g") for each in noise] if noise.any() else 0,
        "shape": list(np.asarray(value).shape),
        "values": [_number(each, "%.9g") for each in picked],
    }


def samples(value):
    """Elements of an array, float64; of a long one also its norm and a sum with random signs."""
    flat = np.asarray(value, np.float64).reshape(-1)
    if flat.size <= SAMPLES:
        return flat
    places = np.linspace(0, flat.size - 1, SAMPLES).astype(int)
    signs = np.random.RandomState(0).randint(0, 2, flat.size) * 2 - 1
    return np.concatenate([flat[places], [np.sqrt(np.sum(flat * flat)), np.sum(flat * signs)]])


def _number(value, form):
    """A float of strict JSON."""
    return float(form % value) if np.isfinite(value) else str(value)


def plain(value):
    """Texts, numbers, lists and dicts as JSON; arrays of integers and truth values as lists."""
    if isinstance(value, (np.ndarray, np.generic)):
        return value.tolist()
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    if isinstance(value, bytes) and not isinstance(value, str):
        return value.decode("utf-8")
    return value


def bits(array):
    """The first 16 hexadecimal digits of the SHA-256 of an array's bytes."""
    return hashlib.sha256(np.ascontiguousarray(array).tobytes()).hexdigest()[:16]


def defaults(function):
    """The arguments of a function or class that have a default: name -> default, as text."""
    function = getattr(function, "func", function)  # of a partial
    function = function.__init__ if inspect.isclass(function) else function
    if hasattr(inspect, "signature"):
        parameters = inspect.signature(function).parameters.values()
        pairs = [(each.name, each.default) for each in parameters if each.default is not each.empty]
    else:
        spec = inspect.getargspec(function)
        given = spec.defaults or ()
        pairs = zip(spec.args[len(spec.args) - len(given) :], given)
    return {name: _named(value) for name, value in pairs}


def _named(value):
    """A default, so that it is the same text in all releases."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, (list, tuple)):
        return [_named(each) for each in value]
    return getattr(value, "__name__", type(value).__name__)


def variables(tf, trainable=False):
    """The variables of the current graph in their order: name and shape."""
    listed = tf.trainable_variables() if trainable else tf.global_variables()
    return [[each.op.name, each.get_shape().as_list()] for each in listed]


def initialize(tf, session, feed=None):
    """Initializes all variables; trainable ones first, as others may begin with their values."""
    session.run([each.initializer for each in tf.trainable_variables()], feed)
    session.run(tf.global_variables_initializer(), feed)
