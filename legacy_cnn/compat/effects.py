"""What else is set for an old program, and set back: TensorFlow's switches, logs, printing."""

import contextlib
import functools
import logging
import os
import random
import warnings
from collections.abc import Callable, Iterator

import numpy
import tensorflow

from legacy_cnn.compat import options
from legacy_cnn.compat.cell_seeds import old_cell_seeds
from legacy_cnn.compat.checkpoints import old_restoring
from legacy_cnn.compat.division import old_division
from legacy_cnn.compat.downloads import mnist_from_the_bundle
from legacy_cnn.compat.first_values import old_first_values
from legacy_cnn.compat.gradients import old_gradients
from legacy_cnn.compat.hook import faces, hooked
from legacy_cnn.compat.initializers import old_initializers
from legacy_cnn.compat.iterators import old_iterators
from legacy_cnn.compat.keras_effects import old_keras
from legacy_cnn.compat.matplotlib_effects import old_matplotlib
from legacy_cnn.compat.model_steps import counted_models
from legacy_cnn.compat.op_seeds import old_op_seeds
from legacy_cnn.compat.patching import patched
from legacy_cnn.compat.regularizers import old_regularizers
from legacy_cnn.compat.sessions import old_sessions
from legacy_cnn.compat.slices import old_slices
from legacy_cnn.compat.source import python2_modules
from legacy_cnn.files import AnyPath
from legacy_cnn.mnist.loaders import directories, loader
from legacy_cnn.mnist.sources import missing_from


@contextlib.contextmanager
def old_behaviour() -> Iterator[None]:
    """TensorFlow 1's behaviour, in the block; afterwards TensorFlow 2's, if that was on before."""
    v1 = tensorflow.compat.v1
    was_new = tensorflow.executing_eagerly()
    # Makes the context, which remembers whether it began eagerly: init_scope() leads there, and
    # with it the variables of everything that is eager again afterwards.
    tensorflow.config.get_soft_device_placement()
    v1.disable_v2_behavior()
    try:
        yield
    finally:
        if was_new:
            # A graph that the program left behind would forbid the switch.
            v1.reset_default_graph()
            v1.enable_v2_behavior()


@contextlib.contextmanager
def only_the_programs_logs() -> Iterator[None]:
    """Hides what TensorFlow 2 says about TensorFlow 1, in the block."""
    logger = tensorflow.get_logger()
    level = logger.level
    logger.setLevel(logging.WARNING)  # TensorFlow 1's
    logger.addFilter(_is_of_the_program)
    with warnings.catch_warnings():
        # What Python and its libraries say today about what was fine then.
        for category in (DeprecationWarning, PendingDeprecationWarning, FutureWarning):
            warnings.simplefilter("ignore", category)
        for text in _HIDDEN_WARNINGS:
            warnings.filterwarnings("ignore", message=text)
        try:
            yield
        finally:
            logger.removeFilter(_is_of_the_program)
            logger.setLevel(level)


#: How TensorFlow's messages about deprecated names begin; and one of the hook that counts steps,
#: which reads the step while it is being increased, and says that it was not.
_HIDDEN_LOGS = (
    "From %s: ",
    "The name %s is deprecated",
    "%s: calling %s",
    "`tf.nn.rnn_cell.",
    "It seems that global step",
)
#: Keras 2's and others' warnings about TensorFlow 1's names.
_HIDDEN_WARNINGS = (
    r"The `lr` argument is deprecated",
    r"`Model\.state_updates` will be removed",
    r"You are saving your model as an HDF5 file",
    r".*`tf\.\S+` is deprecated",
    r".*`\S+` is deprecated and will be removed",
)


def _is_of_the_program(record: logging.LogRecord) -> bool:
    return not str(record.msg).startswith(_HIDDEN_LOGS)


@contextlib.contextmanager
def old_printing() -> Iterator[None]:
    """NumPy prints as NumPy 1 did, in the block."""
    before = numpy.get_printoptions()["legacy"]
    numpy.set_printoptions(legacy="1.25")
    try:
        yield
    finally:
        numpy.set_printoptions(legacy=before)


@contextlib.contextmanager
def old_tensors() -> Iterator[None]:
    """The type of tensors is called `Tensor`, in the block."""
    with tensorflow.Graph().as_default():
        kind = type(tensorflow.constant(0))
    before = kind.__name__, kind.__qualname__
    kind.__name__ = kind.__qualname__ = "Tensor"
    try:
        yield
    finally:
        kind.__name__, kind.__qualname__ = before


@contextlib.contextmanager
def seeded() -> Iterator[None]:
    """Seeds every graph, NumPy and `random`, in the block, if `--seed` says so.

    Yields at once otherwise. What NumPy and `random` draw afterwards stays as the program left it.
    """
    seed, make = options.current.seed, tensorflow.Graph.__init__
    if seed is None:
        yield
        return
    random.seed(seed)
    numpy.random.seed(seed)

    @functools.wraps(make)
    def seeded_graph(self: tensorflow.Graph) -> None:
        make(self)
        self.seed = seed

    with patched(tensorflow.Graph, "__init__", seeded_graph):
        yield


@contextlib.contextmanager
def without_windows() -> Iterator[None]:
    """Has matplotlib draw without windows, in the block, if `--headless` says so."""
    before = os.environ.get("MPLBACKEND")
    if options.current.headless:
        os.environ["MPLBACKEND"] = "Agg"
    try:
        yield
    finally:
        if options.current.headless:
            os.environ.pop("MPLBACKEND")
            os.environ.update({"MPLBACKEND": before} if before is not None else {})


@contextlib.contextmanager
def as_release() -> Iterator[None]:
    """Names the release that the program sees, and has the loader draw as it did, in the block."""
    release, face = options.release(), faces("program").imported("tensorflow")
    face.__version__ = face.VERSION = release
    with loader(release), directories(_directory):
        yield


def _directory(train_dir: AnyPath) -> AnyPath | None:
    """Where MNIST is read: where the user says, where the program says, or from the bundle."""
    if options.current.data_dir is not None:
        return options.current.data_dir
    try:
        os.makedirs(train_dir, exist_ok=True)
        return train_dir if os.access(train_dir, os.W_OK) or not missing_from(train_dir) else None
    except OSError:
        return None  # such as /data on a machine of somebody else


EFFECTS: tuple[Callable[[], contextlib.AbstractContextManager[None]], ...] = (
    only_the_programs_logs,
    old_sessions,  # before TensorFlow 1's behaviour, which has another default for placement
    old_behaviour,
    counted_models,  # after it: a model's class depends on it
    old_printing,
    old_tensors,
    as_release,
    old_op_seeds,
    old_gradients,
    old_cell_seeds,
    old_keras,
    old_matplotlib,
    old_first_values,
    old_initializers,
    old_iterators,
    old_regularizers,
    old_restoring,
    old_slices,
    old_division,
    seeded,
    without_windows,
    mnist_from_the_bundle,
    python2_modules,
    hooked,
)
