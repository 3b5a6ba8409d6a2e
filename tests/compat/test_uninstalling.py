"""`install()`, `uninstall()`, and what is left."""

import builtins
import importlib
import logging
import sys
import threading
import warnings

import numpy as np
import pytest

from legacy_cnn import compat
from legacy_cnn.errors import UsageError

pytestmark = pytest.mark.tensorflow


def state():
    """What an old program changes for the process."""
    import tensorflow as tf

    session = next(each for each in tf.compat.v1.Session.__mro__ if "run" in vars(each))
    return (
        builtins.__import__,
        importlib.import_module,
        list(sys.meta_path),
        tf.executing_eagerly(),
        tf.compat.v1.resource_variables_enabled(),
        tf.compat.v1.control_flow_v2_enabled(),
        tf.get_logger().level,
        list(tf.get_logger().filters),
        np.get_printoptions()["legacy"],
        session.__init__,
        session.run,
        tf.Graph.__init__,
        tf.config.get_soft_device_placement(),
        repr(np.float32(1.5)),
    )


def test_nothing_is_left():
    before = state()
    with compat.installed(seed=3, headless=True):
        import tensorflow as tf

        tf.placeholder(tf.float32)  # makes a default graph
        assert state() != before
    assert state() == before


def test_a_program_of_today_behaves_as_before():
    import keras
    import tensorflow as tf

    model = keras.Sequential([keras.layers.Dense(1, kernel_initializer="ones")])
    first = model.predict(np.ones((2, 3)), verbose=0)
    with compat.installed():
        tf.compat.v1.placeholder(tf.float32)
    assert (model.predict(np.ones((2, 3)), verbose=0) == first).all()
    model.compile("sgd", "mse")
    model.fit(np.ones((2, 3)), np.ones((2, 1)), verbose=0)
    assert float(tf.function(lambda x: x + 1)(tf.constant(1.0))) == 2


def test_what_was_installed_before_a_block_stays():
    with compat.installed():
        with compat.installed():
            pass
        import tensorflow as tf

        assert tf.__version__ == "1.15.5"


def test_other_settings_have_no_effect_and_that_is_said():
    with compat.installed(seed=3):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            compat.install()
            compat.install(seed=3)
        with pytest.warns(UserWarning, match=r"installed with seed=3; call uninstall\(\) first"):
            compat.install(seed=4)


def test_threads_see_what_the_program_sees():
    """Each has a default graph of its own, as in TensorFlow 1."""
    found = []

    def work():
        import tensorflow as tf

        found.append((tf.executing_eagerly(), tf.placeholder(tf.float32).graph))

    with compat.installed():
        import tensorflow as tf

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        assert [(eager, graph is tf.get_default_graph()) for eager, graph in found] == [
            (False, False)
        ]


def test_the_programs_own_logs_are_shown(caplog):
    with compat.installed():
        import tensorflow as tf

        assert tf.get_logger().level == logging.WARNING
        tf.logging.warn("not yet at 3")
        tf.to_float(1)  # deprecated, as half of TensorFlow 1 was
    assert [record.getMessage() for record in caplog.records] in (["not yet at 3"], [])


def test_settings_are_checked_before_anything_is_changed():
    before = state()
    with pytest.raises(UsageError, match="max_steps must be at least 1"):
        compat.install(max_steps=0)
    assert state() == before


def test_installing_twice_is_installing_once():
    before = state()
    compat.install()
    compat.install()
    compat.uninstall()
    assert state() == before
