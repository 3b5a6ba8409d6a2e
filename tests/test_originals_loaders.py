"""The loader of each release, compared with what the releases themselves recorded."""

import contextlib
import inspect
import json
import subprocess
import threading
from pathlib import Path

import numpy as np
import pytest
import tensorflow as tf

from golden.originals import write_loaders
from legacy_cnn import input_data, mnist, releases
from legacy_cnn.errors import UsageError
from legacy_cnn.mnist import loaders
from legacy_cnn.originals import environments

pytestmark = pytest.mark.tensorflow

# To write it again, see tests/golden/originals/write_loaders.py.
GOLDEN = json.loads((Path(write_loaders.__file__).parent / "loaders.json").read_text())
CASES = {case["name"]: case for case in write_loaders.CASES}

#: Messages that say less than ours.
UNCLEAR = ("", "only integer scalar arrays can be converted to a scalar index")


@pytest.fixture(scope="module")
def directory(tmp_path_factory):
    path = tmp_path_factory.mktemp("set")
    write_loaders.write_set(str(path))
    return path


def comparable(original, ours):
    """Our results, but for messages that are clearer than the original's."""
    for before, now in zip(original, ours, strict=True):
        if isinstance(before, dict) and isinstance(now, dict):
            unclear = before["message"] in UNCLEAR
            # pytest adds a line to the message of an assertion.
            first = now["message"].partition("\n")[0]
            now = {**now, "message": before["message"] if unclear else first}
        yield now


@pytest.mark.parametrize("version", GOLDEN)
def test_the_loader_of_a_release_does_what_it_did(version, directory):
    assert GOLDEN[version].keys() == CASES.keys()
    for name, original in GOLDEN[version].items():
        with mnist.loader(version):
            ours = write_loaders.run(input_data, tf.compat.v1, str(directory), CASES[name])
        assert list(comparable(original, ours)) == original, name


def test_the_releases_had_three_loaders():
    kinds = {}
    for version, results in GOLDEN.items():
        kinds.setdefault(releases.find(version).loader, []).append(results["DataSet, in its shape"])
    assert len(kinds) == 3
    for results in kinds.values():
        assert all(result == results[0] for result in results)


def test_a_set_keeps_its_loader_after_the_context(directory):
    with mnist.loader("0.12"):
        old = input_data.read_data_sets(directory, validation_size=0).train
    files = mnist.load(directory)
    assert np.array_equal(old.next_batch(3)[1], files.train_labels[:3])
    with pytest.raises(TypeError, match=r"^next_batch\(\) got an unexpected keyword argument"):
        old.next_batch(3, shuffle=True)
    new = input_data.read_data_sets(directory, validation_size=0, seed=0).train
    assert isinstance(new, input_data.DataSet) and isinstance(old, input_data.DataSet)
    new.next_batch(3, shuffle=True)


def test_the_context_ends_with_its_block_and_is_of_its_thread():
    assert loaders.in_force().name == "1.15"
    others = []
    with contextlib.suppress(ZeroDivisionError), mnist.loader("0.12"):
        with mnist.loader("1.1.0"):
            assert loaders.in_force().name == "1.1"
        assert loaders.in_force().name == "0.12"
        thread = threading.Thread(target=lambda: others.append(loaders.in_force().name))
        thread.start()
        thread.join()
        raise ZeroDivisionError
    assert loaders.in_force().name == "1.15" and others == ["1.15"]
    with pytest.raises(UsageError, match="release must be one of"), mnist.loader("0.11"):
        pass


def test_the_old_face_has_the_arguments_of_1_15():
    for function in (input_data.read_data_sets, input_data.DataSet):
        assert "seed" in inspect.signature(function).parameters
    with mnist.loader("1.0"), pytest.raises(TypeError, match=r"read_data_sets\(\) too many"):
        input_data.read_data_sets("directory", False, True, "float32", True, 0, 1)


@pytest.mark.parametrize("version", ["0.12", "1.1"])
@pytest.mark.parametrize("batch_size", [7, 25, 50])
def test_skipping_draws_the_same_shuffles(directory, version, batch_size):
    files = mnist.load(directory)
    labels = np.arange(50, dtype=np.uint8)

    def data_set():
        generator = np.random.RandomState(1)
        loader = releases.find(version).loader
        return mnist.DataSet(files.train_images[:50], labels, generator, loader=loader)

    for steps in range(9):
        drawn, skipped = data_set(), data_set()
        for _ in range(steps):
            drawn.next_batch(batch_size)
        skipped.skip(steps, batch_size)
        expected, result = drawn.next_batch(batch_size), skipped.next_batch(batch_size)
        assert np.array_equal(expected[1], result[1])


@pytest.mark.slow
@pytest.mark.parametrize("environment", environments.installed(), ids=lambda each: each.version)
def test_a_real_release_writes_its_golden_again(environment, directory, tmp_path):
    written = tmp_path / "loaders.json"
    command = [environment.python, write_loaders.__file__, written]
    subprocess.run(command, check=True, capture_output=True)
    (results,) = json.loads(written.read_text()).values()
    with mnist.loader(environment.version):
        for name, case in CASES.items():
            ours = write_loaders.run(input_data, tf.compat.v1, str(directory), case)
            assert list(comparable(results[name], ours)) == results[name], name
    assert GOLDEN.get(environment.version, results) == results
