"""What tests share: small sets of real images, a trained run, and the installed command."""

import collections
import functools
import gc
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from filelock import FileLock

# As the command line does; before any test imports TensorFlow.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")
# Servers of tests are on this machine, where a proxy does not look for them.
for name in ("no_proxy", "NO_PROXY"):
    os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost"]))

import legacy_cnn
from legacy_cnn import cli, mnist
from legacy_cnn.lessons import BLOCK
from legacy_cnn.mnist import idx, sources
from legacy_cnn.threads import available_cores
from support.streams import without_tensorflow_lines

#: What selects the tests that need no TensorFlow.
QUICK = "not tensorflow"
#: The line of a module whose tests all need it.
MARKED = "\npytestmark = pytest.mark.tensorflow\n"
HIDDEN = Path(__file__).parent / "support" / "hidden"


def pytest_configure(config):
    """Hides TensorFlow from the quick tests and their processes: those that need it are marked."""
    if config.option.markexpr == QUICK:
        sys.path.insert(0, str(HIDDEN))
        paths = [str(HIDDEN), *filter(None, [os.environ.get("PYTHONPATH")])]
        os.environ["PYTHONPATH"] = os.pathsep.join(paths)


def pytest_ignore_collect(collection_path, config):
    """Modules whose tests all need TensorFlow are not imported, as that takes too long."""
    if config.option.markexpr == QUICK and collection_path.suffix == ".py":
        return MARKED in collection_path.read_text() or None
    return None


@pytest.hookimpl(wrapper=True)
def pytest_collection():
    """What the modules are is no garbage: nobody looks for it in them, then or later."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.hookimpl(tryfirst=True)  # before -m selects
def pytest_collection_modifyitems(items):
    """Of a test that is marked `first(count)`, all cases but the first ones are slow."""
    seen = collections.Counter()
    for item in items:
        mark = item.get_closest_marker("first")
        if mark:
            name, _, _ = item.nodeid.partition("[")
            seen[name] += 1
            if seen[name] > mark.args[0]:
                item.add_marker(pytest.mark.slow)


def pytest_runtest_setup(item):
    if item.get_closest_marker("tensorflow"):
        _have_all_threads()


@functools.cache
def _have_all_threads():
    """A process has the threads of its first session for good: not those of some test's."""
    import tensorflow as tf

    from legacy_cnn.programs.session import GraphSession

    GraphSession(tf.Graph()).close()


@pytest.fixture(scope="session")
def files():
    """The bundled MNIST."""
    return mnist.load()


def write_set(directory, train_images, train_labels, test_images, test_labels, suffix=""):
    """Writes the four files of a set; `suffix` is ".gz" to compress them."""
    directory.mkdir(exist_ok=True)
    arrays = (train_images, train_labels, test_images, test_labels)
    for name, array in zip(sources.NAMES, arrays, strict=True):
        idx.write(directory / f"{name}{suffix}", array)
    return directory


def write_first(directory, files, training, test):
    """Writes the first of a set's images for training and for the test."""
    train = files.train_images[:training], files.train_labels[:training]
    return write_set(directory, *train, files.test_images[:test], files.test_labels[:test])


#: How many images the small set has.
TRAINING, TEST = 256, 100


@pytest.fixture(scope="session")
def small_set(files, tmp_path_factory):
    """A directory with the first images of MNIST."""
    return write_first(tmp_path_factory.mktemp("small") / "mnist", files, TRAINING, TEST)


@pytest.fixture(scope="session")
def shared(tmp_path_factory):
    """Makes a directory once for all of pytest-xdist's workers.

    `shared(name, make)` calls `make` with a new directory, unless a worker has done so before,
    and returns the directory.
    """
    root = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        root = root.parent

    def shared(name, make):
        directory, done = root / f"shared-{name}", root / f"shared-{name}.done"
        with FileLock(root / f"shared-{name}.lock"):
            if not done.exists():
                directory.mkdir()  # an error if a worker has failed to make it
                make(directory)
                done.touch()
        return directory

    return shared


@pytest.fixture(scope="session")
def trained(shared, files):
    """A run directory and its stdout: one epoch of the tutorial on half of MNIST."""

    def train(directory):
        half = write_first(directory / "mnist", files, 30_000, 10_000)
        data = "--data-dir", half
        done = command("train", "--epochs", "1", "--run-dir", directory / "run", *data)
        assert done.returncode == 0, done.stderr
        (directory / "stdout").write_text(done.stdout)

    directory = shared("trained", train)
    return directory / "run", (directory / "stdout").read_text()


@pytest.fixture(scope="session")
def tutorial_reference():
    """The tutorial's graph in a session, with which all comparisons of a process are made."""
    from legacy_cnn.parity.references import open_reference

    with open_reference(None, {}, 0.8, available_cores()) as reference:
        yield reference


#: How many training images the set for comparisons has.
COMPARED = 640


@pytest.fixture(scope="session")
def compared_set(files, tmp_path_factory):
    """A set for comparisons, in whose first batch each mutant shows where it is expected."""
    return write_first(tmp_path_factory.mktemp("compared") / "mnist", files, COMPARED, TEST)


@pytest.fixture(scope="session")
def compare(compared_set, tutorial_reference):
    """`parity.compare` on little: two steps of 16 images."""
    from legacy_cnn import parity

    small = {
        "reference": tutorial_reference,
        "steps": 2,
        "batch_size": 16,
        "validation_size": 0,
        "data_dir": compared_set,
    }

    def compare(candidate, **arguments):
        return parity.compare(candidate, **{**small, **arguments})

    return compare


@pytest.fixture(scope="session")
def small_reference():
    """A small graph like the tutorial's."""
    from legacy_cnn.parity.references import open_reference
    from support import small

    with open_reference(small.graph, {}, 0.8, available_cores()) as reference:
        yield reference


@pytest.fixture(scope="session")
def compare_small(compare, small_reference):
    """`compare` with the small graph as the reference."""
    return functools.partial(compare, reference=small_reference)


#: A short training on the small set, as settings and as options, and its steps in an epoch.
SMALL = {"batch_size": 16, "validation_size": 0, "epochs": 2, "checkpoint_every": 7}
OPTIONS = [
    "--batch-size", "16", "--validation-size", "0", "--epochs", "2", "--checkpoint-every", "7",
]  # fmt: skip
STEPS = TRAINING // 16


@pytest.fixture(scope="session")
def settings(small_set):
    return {**SMALL, "data_dir": str(small_set)}


@pytest.fixture(scope="session")
def whole(settings, tmp_path_factory):
    """The results of a run that nothing interrupted."""
    return legacy_cnn.train(tmp_path_factory.mktemp("whole") / "run", **settings)


def without_times(results):
    """Results of a run, as JSON, but for what differs from run to run."""
    content = results if isinstance(results, dict) else results.to_json()
    epochs = [{**epoch, "seconds": None} for epoch in content["epochs"]]
    return {**content, "epochs": epochs, "seconds": None}


class StopAfter:
    """Says stop once that many steps have been done."""

    def __init__(self, steps):
        self.left = steps

    def __call__(self):
        self.left -= 1
        return self.left <= 0


def command(*arguments, **options):
    """Runs `legacy-cnn` in a process of its own and returns it, completed, with its texts."""
    done = subprocess.run(
        arguments_of(*arguments), capture_output=True, text=True, timeout=900, **options
    )
    done.stderr = without_tensorflow_lines(done.stderr)
    return done


@pytest.fixture(autouse=True)
def same_path():
    """Undoes what a command, run in this process, does to `sys.path`: children begin with it."""
    before = sys.path, [*sys.path]
    yield
    sys.path, sys.path[:] = before


@pytest.fixture
def called(capfd):
    """Like `command`, but calls the command in this process."""

    def called(*arguments):
        capfd.readouterr()
        try:
            status = cli.main([*map(str, arguments)])
        except SystemExit as end:
            status = end.code
        out, err = capfd.readouterr()
        return SimpleNamespace(returncode=status, stdout=out, stderr=err, words=arguments)

    return called


def arguments_of(*arguments):
    return [str(Path(sys.executable).with_name("legacy-cnn")), *map(str, arguments)]


@pytest.fixture
def global_numpy_state():
    """Fails a test that leaves NumPy's global generator in another state."""
    before = np.random.get_state()[1].copy()
    yield
    assert np.array_equal(before, np.random.get_state()[1])


def exact(text):
    """A page without those outputs that are of one machine and one moment."""
    return BLOCK.sub(lambda block: block["code"] if block["approximate"] else block[0], text)
