"""Checks models in `.keras` and `.h5` files before Keras loads them: it builds all layers first."""

import io
import math
import os
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple

from legacy_cnn.errors import LegacyCnnError, ResultError, first_line
from legacy_cnn.files import AnyPath
from legacy_cnn.outside.archives import opened_archive
from legacy_cnn.outside.jsonfiles import LARGEST as LARGEST_TEXT
from legacy_cnn.outside.jsonfiles import parsed
from legacy_cnn.outside.opening import opened

#: Bytes that a file may have: VGG16 has 554 MB.
LARGEST = 600 * 10**6
#: Layers that a model may have; EfficientNetB7 has 813.
MOST_LAYERS = 1_000

#: What a file says that its weights are may be larger than it by this factor, and a bit more.
_MAX_RATIO, _AROUND = 4, 2**20
_MOST_OBJECTS = 50_000
_WEIGHTS = "model.weights.h5"


class Claim(NamedTuple):
    """What a file says of itself."""

    version: str  #: of Keras, which has written it
    size: int  #: bytes that its weights take
    config: Any = None  #: the description of its layers; None for `.h5`


def check_keras(path: AnyPath, limit: int, failure: type[LegacyCnnError]) -> Claim:
    """Checks a `.keras` file.

    Args:
      path: the file.
      limit: bytes that it may have, unpacked.
      failure: what is raised.

    Raises:
      `failure`: it is damaged, or claims what it has not.
      OSError: it cannot be opened.
    """
    with opened_archive(path, limit, failure, ".keras") as archive:
        for member in archive.infolist():
            if member.file_size > _AROUND + _MAX_RATIO * member.compress_size:
                raise failure(f"{path} cannot be read as .keras ({member.filename} is a bomb).")
        metadata, config = (_json(archive, f"{name}.json") for name in ("metadata", "config"))
        if not isinstance(metadata.get("keras_version"), str):
            raise failure(f"{path} does not say which version of Keras has written it.")
        if _WEIGHTS not in archive.namelist():
            raise failure(f"{path} cannot be read as .keras (it has no {_WEIGHTS}).")
        size = _hdf5_size(io.BytesIO(archive.read(_WEIGHTS)))
    _check_layers(config, path, failure)
    return Claim(metadata["keras_version"], size, config)


def check_h5(path: AnyPath, limit: int, failure: type[LegacyCnnError]) -> Claim:
    """Checks an `.h5` file; as `check_keras`."""
    with opened(path, limit, failure, "an .h5 file") as file:
        try:
            size = _hdf5_size(file)
            version, config = _description_of_h5(file)
            _check_layers(config, path, failure)
            return Claim(version, size)
        except failure:
            raise
        except Exception as error:  # whatever the library makes of a damaged file
            raise failure(f"{path} cannot be read as .h5 ({first_line(error)}).") from error


def _json(archive: zipfile.ZipFile, name: str) -> dict[str, Any]:
    if archive.getinfo(name).file_size > LARGEST_TEXT:
        raise ResultError(f"{name} has more than {LARGEST_TEXT:,} bytes")
    value = parsed(archive.read(name), "a model")
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")
    return value


def _description_of_h5(file: BinaryIO) -> tuple[str, Any]:
    import h5py

    with h5py.File(file, "r") as stored:
        config, version = (stored.attrs.get(name) for name in ("model_config", "keras_version"))
    if config is None:
        raise ValueError("it has no model, but weights at most")
    text = config.encode() if isinstance(config, str) else bytes(config)
    return str(version), parsed(text, "a model")


def _check_layers(config: Any, path: AnyPath, failure: type[LegacyCnnError]) -> None:
    count = sum(len(layers) for layers in _lists_of_layers(config))
    if count > MOST_LAYERS:
        raise failure(f"{path} has {count:,} layers, more than {MOST_LAYERS:,}.")


def _lists_of_layers(value: Any) -> Iterator[list[Any]]:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("layers"), list):
                yield value["layers"]
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value


def _hdf5_size(file: BinaryIO) -> int:
    """The bytes of all arrays in an HDF5 file; refuses what is not in it, or is too large."""
    import h5py

    room = file.seek(0, os.SEEK_END) * _MAX_RATIO + _AROUND
    size = objects = 0

    def count(name: str, found: Any) -> None:
        nonlocal size, objects
        objects += 1
        if objects > _MOST_OBJECTS:
            raise ValueError(f"it has more than {_MOST_OBJECTS:,} arrays and groups")
        if isinstance(found, h5py.Dataset):
            if found.external or found.is_virtual:
                raise ValueError(f"{name} is in another file")
            size += math.prod(found.shape or ()) * found.dtype.itemsize
            if size > room:
                raise ValueError(f"{name} claims to be larger than it can be")
        elif isinstance(found, h5py.Group):
            for key in found:
                if isinstance(found.get(key, getlink=True), h5py.ExternalLink):
                    raise ValueError(f"{name}/{key} is in another file")

    with h5py.File(file, "r") as stored:
        count("", stored)
        stored.visititems(count)
    return size
