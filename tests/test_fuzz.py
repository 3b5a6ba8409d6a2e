"""Five hundred inputs that were changed at random: each ends in a result or in one sentence."""

import hashlib
import json
import random
import shutil
import time

import keras
import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from conftest import write_first
from legacy_cnn import cli, randomness
from legacy_cnn.mnist import idx, mirror, sources
from legacy_cnn.settings import Settings
from legacy_cnn.training import begin_run
from support import mutations
from support.samples import SAMPLES

pytestmark = pytest.mark.tensorflow

#: Kind -> how many of its inputs are tried quickly; ten times as many are slow.
COUNTS = {
    "idx": 75, "gzip": 60, "npz": 60, "result": 60, "config": 60, "address": 50, "name": 50,
    "checkpoint": 60, "keras": 10, "picture": 6, "progress": 3, "mapping": 3, "feeds": 3,
}  # fmt: skip

MAPPING = {
    "reference": {
        "images": "Placeholder", "labels": "Placeholder_1", "layers": {"a": "add", "b": "add_3"},
        "parameters": {"W": "Variable"}, "feeds": {"Placeholder_2": [0.8, 1.0]}, "train": "Adam",
    },
    "candidate": {"a": "b"},
}  # fmt: skip
FEEDS = {"Placeholder_2": [0.8, 1.0], "x": "input"}


@pytest.fixture(scope="module")
def sound(tmp_path_factory, files):
    """A directory with a sound input of every kind."""
    folder = tmp_path_factory.mktemp("sound")
    data = write_first(folder / "data", files, 40, 20)
    settings = Settings(data_dir=str(data), threads=1, batch_size=16, validation_size=0)
    begin_run(folder / "run", settings, randomness.initial_weights(0))
    np.savez(folder / "arrays.npz", a=np.ones((3, 2), np.float32), b=np.arange(4))
    layers = [keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dropout(0.1)]
    keras.Sequential(layers).save(folder / "model.keras")
    arrays = [np.ones((3, 2), np.float32), np.zeros(4, np.int64)]
    prefix = str(folder / "checkpoint")
    tf.raw_ops.SaveV2(
        prefix=prefix, tensor_names=["a", "b"], shape_and_slices=["", ""], tensors=arrays
    )
    digit = Image.fromarray(255 - files.test_images[0]).resize((56, 56))
    for suffix in ("png", "jpg"):
        digit.save(folder / f"picture.{suffix}")
    return folder


class Inputs:
    """Makes a changed input of each kind in a directory; returns the command that reads it."""

    def __init__(self, sound, folder):
        self.sound, self.folder = sound, folder
        self.target = folder / "target.npz"

    def write(self, name, content):
        (self.folder / name).write_bytes(content)
        return self.folder / name

    def copy(self, name):
        shutil.copytree(self.sound / name, self.folder / name)
        return self.folder / name

    def idx(self, chance):
        data = self.copy("data")
        path = data / chance.choice(sources.NAMES)
        path.write_bytes(mutations.bytes_of(path.read_bytes(), chance))
        return ["data", "--data-dir", data]

    def gzip(self, chance):
        data = self.copy("data")
        name = chance.choice(sources.NAMES)
        idx.write(data / f"{name}.gz", sources.read(data / name, name))
        path = data / f"{name}.gz"
        path.write_bytes(mutations.bytes_of(path.read_bytes(), chance))
        return ["data", "--data-dir", data, "--json"]

    def npz(self, chance):
        content = mutations.archive_of((self.sound / "arrays.npz").read_bytes(), chance)
        return ["convert", self.write("x.npz", content), self.target]

    def keras(self, chance):
        def change(content, chance):
            return mutations.json_of(json.loads(content), chance)

        content = (self.sound / "model.keras").read_bytes()
        content = mutations.archive_of(content, chance, change)
        return ["convert", self.write("x.keras", content), self.target]

    def checkpoint(self, chance):
        names = ["checkpoint.index", "checkpoint.data-00000-of-00001"]
        changed = chance.choice(names[:1] * 3 + names[1:])
        for name in names:
            content = (self.sound / name).read_bytes()
            self.write(name, mutations.bytes_of(content, chance) if name == changed else content)
        return ["convert", self.folder / "checkpoint", self.target]

    def result(self, chance):
        value = chance.choice(list(SAMPLES.values())).to_json()
        return ["show", self.write("x.json", mutations.json_of(value, chance))]

    def config(self, chance):
        path = self.copy("run") / "config.json"
        path.write_bytes(mutations.json_of(json.loads(path.read_text()), chance))
        return ["train", "--resume", "--run-dir", path.parent, "--seed", "1"]  # not its own

    def progress(self, chance):
        run = self.copy("run")
        path = run / "checkpoints" / "step-000000" / "progress.json"
        sealed = json.loads(path.read_text())
        if chance.random() < 0.8:  # with the right checksum
            content = mutations.json_of(sealed["progress"], chance)
            try:
                progress = json.loads(content)
            except (ValueError, RecursionError):
                pass
            else:
                seal = hashlib.sha256(json.dumps(progress).encode()).hexdigest()
                content = json.dumps({"progress": progress, "sha256": seal}).encode()
        else:
            content = mutations.json_of(sealed, chance)
        path.write_bytes(content)
        return ["evaluate", run]

    def mapping(self, chance):
        path = self.write("names.json", mutations.json_of(MAPPING, chance))
        return ["parity", "graph", "--suggest-map", "--map", path]

    def feeds(self, chance):
        path = self.write("feeds.json", mutations.json_of(FEEDS, chance))
        return ["parity", "graph", "--suggest-map", "--feeds", path]

    def picture(self, chance):
        name = chance.choice(("picture.png", "picture.jpg"))
        content = mutations.bytes_of((self.sound / name).read_bytes(), chance)
        return ["predict", self.sound / "run", self.write(name, content)]

    def address(self, chance):
        url = mutations.text_of("http://127.0.0.1:9/mnist/", chance)
        return ["data", "--data-dir", self.folder / "data", "--source-url", url]

    def name(self, chance):
        name = mutations.text_of(chance.choice(("final.png", "x.npz", "a.keras", "data")), chance)
        command = chance.choice(
            (
                ["predict", self.sound / "run", name], ["evaluate", name], ["show", name],
                ["data", "--data-dir", name],
                ["data", "--data-dir", self.sound / "data", "--export", name],
                ["convert", self.folder / name, self.target], ["inspect", name],
                ["train", "--run-dir", name, "--data-dir", "nowhere/data"],
            )
        )  # fmt: skip
        return command


def outcome(done):
    """Asks what holds for every command, whatever it was given."""
    said = [line for line in done.stderr.splitlines() if not line.startswith(("usage:", " "))]
    parity = done.words[0] == "parity"
    assert done.returncode in ((0, 2) if parity else (0, 1, 2)), done
    assert "Traceback" not in done.stderr and "internal error" not in done.stderr, done
    assert all(line.isprintable() for line in said), done
    if done.returncode:
        assert said and said[-1].startswith("legacy-cnn") and len(said[-1].split()) > 3, done
        # A damaged checkpoint is told, before there is none that is not.
        assert len(said) <= 2, done


def tried(kind, number, sound, folder, called, monkeypatch):
    folder.mkdir()
    monkeypatch.chdir(folder)
    inputs = Inputs(sound, folder)
    done = called(*getattr(inputs, kind)(random.Random(f"{kind} {number}")))
    outcome(done)
    assert inputs.target.exists() == (done.returncode == 0 and done.words[0] == "convert")
    assert not list(folder.rglob("*.tmp"))
    monkeypatch.chdir(sound)
    shutil.rmtree(folder)
    return done.returncode


def noted(kind, numbers, record_property, *given):
    """Tries inputs, and notes how they ended, for the docs."""
    refused, slowest = 0, 0.0
    for number in numbers:
        begun = time.perf_counter()
        refused += tried(kind, number, *given[:1], given[1] / str(number), *given[2:]) != 0
        slowest = max(slowest, time.perf_counter() - begun)
    row = {"kind": kind, "tried": len(numbers), "refused": refused, "slowest": slowest}
    record_property("changed inputs", json.dumps(row))


@pytest.fixture(autouse=True)
def fast(monkeypatch):
    parser = cli.parser()
    monkeypatch.setattr(cli, "parser", lambda: parser)
    monkeypatch.setattr(mirror, "FIRST_PAUSE", 0.001)
    for proxy in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(proxy, raising=False)


@pytest.mark.parametrize("kind", COUNTS)
def test_a_changed_input_ends_in_a_sentence(
    kind, sound, tmp_path, called, monkeypatch, record_property
):
    noted(kind, range(COUNTS[kind]), record_property, sound, tmp_path, called, monkeypatch)


@pytest.mark.slow
@pytest.mark.parametrize("kind", COUNTS)
def test_more_changed_inputs(kind, sound, tmp_path, called, monkeypatch, record_property):
    numbers = range(COUNTS[kind], 11 * COUNTS[kind])
    noted(kind, numbers, record_property, sound, tmp_path, called, monkeypatch)


def test_every_kind_is_tried():
    kinds = {name for name, one in vars(Inputs).items() if callable(one) and name[0] != "_"}
    assert kinds - {"write", "copy"} == COUNTS.keys() and sum(COUNTS.values()) == 500
