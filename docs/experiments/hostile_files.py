"""Gives commands files that claim more than they have, and records what these take."""

import argparse
import gzip
import io
import struct
import tempfile
import zipfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from PIL import Image

from experiments.support import commands, recorded, small_runs

HELP = "give the commands files that claim or unpack to more than they have"
WRITES = ("hostile_files.json",)
TAKES = "a minute, on Linux"

_GIB = 2**30


def add_options(parser: argparse.ArgumentParser) -> None:
    recorded.add_quick(parser)


def run(arguments: argparse.Namespace) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # In a process of its own: the memory of this one counts as that of those that it starts.
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            asked = pool.submit(given, folder, small_runs.data(folder / "data")).result()
        if arguments.quick:
            asked = dict(list(asked.items())[:2])
        record = {}
        for kind, words in asked.items():
            end = commands.run(*words)
            lines = end.said.splitlines()
            record[kind] = {
                "command": str(words[0]),
                "status": end.status,
                "lines": len(lines),
                "seconds": end.seconds,
                "memory": end.memory,
            }
    recorded.write(arguments, "hostile_files.json", record)


def given(folder: Path, data: Path) -> dict[str, tuple[object, ...]]:
    """Writes the files; returns what each is -> the command that is given it."""
    new = folder / "new.npz"
    train = ("train", "--data-dir", data, *small_runs.TRAIN, "--run-dir", folder / "run")
    small_runs.sound(*train)
    (folder / "nested").mkdir()
    (folder / "nested" / "config.json").write_text("[" * 100_000 + "]" * 100_000)
    return {
        "IDX files of 0 x 4 billion x 4 billion": ("data", "--data-dir", _idx(folder / "idx")),
        "a gzipped IDX file of 1 GiB of zeros": ("data", "--data-dir", _gzipped(folder / "gz")),
        "an .npz file of 10 billion elements": ("convert", _npz(folder / "x.npz"), new),
        "a .keras file with a layer of 4 TB": ("convert", _keras(folder / "x.keras"), new),
        "a graph (.pb) of 3 GB": ("inspect", _sparse(folder / "x.pb", 3 * _GIB)),
        "a picture of 1 x 99,999,999 pixels": (
            "predict",
            folder / "run",
            _picture(folder / "x.png"),
        ),
        "JSON of 100,000 levels": ("evaluate", folder / "nested"),
    }


def _idx(folder: Path) -> Path:
    folder.mkdir()
    for part in ("train", "t10k"):
        claim = struct.pack(">4I", 2051, 0, 2**32 - 1, 2**32 - 1)
        (folder / f"{part}-images-idx3-ubyte").write_bytes(claim)
        (folder / f"{part}-labels-idx1-ubyte").write_bytes(struct.pack(">2I", 2049, 0))
    return folder


def _gzipped(folder: Path) -> Path:
    _idx(folder)
    (folder / "train-images-idx3-ubyte").unlink()
    with gzip.open(folder / "train-images-idx3-ubyte.gz", "wb", 1) as file:
        file.write(struct.pack(">4I", 2051, 10, 28, 28))
        for _ in range(1024):
            file.write(bytes(2**20))
    return folder


def _npz(path: Path) -> Path:
    header = "{'descr': '<f4', 'fortran_order': False, 'shape': (10000000000,), }"
    text = (header + " " * (117 - len(header)) + "\n").encode()
    content = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("W_conv1.npy", content)
    return path


def _keras(path: Path) -> Path:
    """A sound file, whose layer was made larger in its description."""
    import keras

    model = keras.Sequential([keras.Input((1000,)), keras.layers.Dense(3)])
    model.save(path)
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["config.json"] = members["config.json"].replace(b'"units": 3', b'"units": 1000000000')
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    path.write_bytes(content.getvalue())
    return path


def _sparse(path: Path, size: int) -> Path:
    with open(path, "wb") as file:
        file.truncate(size)
    return path


def _picture(path: Path) -> Path:
    Image.new("L", (1, 99_999_999), 255).save(path, "PNG", compress_level=1)
    return path
