"""Keras models in files from outside: what they claim is compared with what they have, first."""

import io
import json
import threading
import time
import zipfile

import h5py
import keras
import numpy as np
import pytest

from legacy_cnn.errors import WeightsError
from legacy_cnn.weights import models
from legacy_cnn.weights.models import load_keras

pytestmark = pytest.mark.tensorflow


def described(kind, **config):
    return {"module": "keras.layers", "class_name": kind, "config": config, "registered_name": None}


def model_of(layers):
    """The description of a model of layers, as a .keras file has it."""
    first = described("InputLayer", batch_shape=[None, 784], dtype="float32", name="images")
    config = {"name": "model", "trainable": True, "dtype": "float32", "layers": [first, *layers]}
    return {**described("Sequential", **config), "module": "keras"}


WIDE = model_of([described("Dense", units=1_300_000, kernel_initializer="zeros", name="wide")])
VERSION = {"keras_version": "3.15.1", "date_saved": "2026-01-01@00:00:00"}


def hdf5(**arrays):
    file = io.BytesIO()
    with h5py.File(file, "w") as stored:
        for name, (shape, chunks) in arrays.items():
            stored.create_dataset(name, shape, np.float32, chunks=chunks)
    return file.getvalue()


def external():
    file = io.BytesIO()
    with h5py.File(file, "w") as stored:
        stored["layers"] = h5py.ExternalLink("/etc/passwd", "/")
    return file.getvalue()


def written(path, config=WIDE, metadata=VERSION, weights=b"", method=zipfile.ZIP_STORED):
    parts = {"metadata.json": metadata, "config.json": config, "model.weights.h5": weights}
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, part in parts.items():
            if part is not None:
                archive.writestr(name, part if isinstance(part, bytes) else json.dumps(part))
    return path


FALSE = {
    "layers without weights": ({"weights": hdf5(a=((3,), None))}, "its layers need 4,08"),
    "no hdf5": ({}, "cannot be read as .keras"),
    "an array that is not there": (
        {"weights": hdf5(a=((10**10,), (100,)))},
        "a claims to be larger than it can be",
    ),
    "another file": ({"weights": external()}, "layers is in another file"),
    "no metadata": ({"metadata": None}, "cannot be read as .keras"),
    "odd metadata": ({"metadata": [1]}, "metadata.json is not an object"),
    "a version that is none": ({"metadata": {"keras_version": 3}}, "which version of Keras"),
    "a deep description": ({"config": b"[" * 10**5}, "nested too deeply"),
    "no description": ({"config": b"3"}, "config.json is not an object"),
    "many layers": ({"config": model_of([{}] * 1000), "weights": hdf5()}, "has 1,001 layers"),
    "a bomb": (
        {"weights": bytes(10**8), "method": zipfile.ZIP_DEFLATED},
        "model.weights.h5 is a bomb",
    ),
    "a large file": ({"weights": bytes(2 * 10**6)}, "above the limit of 1,000,000"),
    "an unknown layer": ({"config": model_of([described("Dens")]), "weights": hdf5()}, "Dens"),
}


@pytest.mark.parametrize("kind", FALSE)
def test_a_file_that_is_not_what_it_claims(tmp_path, kind):
    parts, message = FALSE[kind]
    path = written(tmp_path / "model.keras", **parts)
    limit = 10**6 if kind == "a large file" else 10**9
    with pytest.raises(WeightsError, match=rf"model\.keras.*{message}"):
        load_keras(path, compiled=False, limit=limit)


def test_an_h5_file_that_is_not_what_it_claims(tmp_path):
    path = tmp_path / "model.h5"
    for content, message in (
        (b"", "cannot be read as .h5"),
        (hdf5(a=((2,), None)), "it has no model, but weights at most"),
        (hdf5(a=((10**10,), (100,))), "a claims to be larger"),
    ):
        path.write_bytes(content)
        with pytest.raises(WeightsError, match=rf"model\.h5 .*{message}"):
            load_keras(path, compiled=False)


def test_a_model_that_takes_long_to_build_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(models, "PATIENCE", 0.2)
    layers = [described("Dense", units=8, name=f"dense_{at}") for at in range(200)]
    path = written(tmp_path / "deep.keras", model_of(layers), weights=hdf5())
    with pytest.raises(WeightsError, match=r"deep\.keras takes Keras more than 0\.2 s to build"):
        load_keras(path, compiled=False)


class Deaf:
    """Its finalizer takes long, and Python only prints what is raised in one."""

    def __del__(self):
        wait()


def wait():
    end = time.monotonic() + 10
    while time.monotonic() < end:
        time.sleep(0.01)


def test_building_is_given_up_after_a_finalizer_that_did_not_hear_of_it(monkeypatch):
    monkeypatch.setattr(models, "PATIENCE", 1)
    heard, went_on, threads = [], [], {*threading.enumerate()}

    def build():
        Deaf()
        heard.append("nothing")
        wait()
        went_on.append("to its end")

    with pytest.raises(models._TooLong):
        models._rehearsed(build)
    assert heard and not went_on and not {*threading.enumerate()} - threads


@pytest.mark.parametrize("suffix", [".keras", ".h5"])
def test_a_sound_model_is_loaded(tmp_path, suffix):
    inputs = keras.Input((5, 4))
    features = keras.layers.LSTM(3, dropout=0.1)(inputs)
    model = keras.Model(inputs, keras.layers.BatchNormalization()(features))
    model.save(tmp_path / f"model{suffix}")
    name = keras.layers.Dense(1).name
    loaded = load_keras(tmp_path / f"model{suffix}", compiled=True)
    for one, other in zip(model.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(one.numpy(), other.numpy())
    assert loaded.predict(np.zeros((2, 5, 4)), verbose=0).shape == (2, 3)
    assert keras.layers.Dense(1).name == f"dense_{int(name.partition('_')[2] or 0) + 1}"
