"""Traces taken apart and put together again."""

import io
import json
import zipfile

import numpy as np


def members_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def array(value, **options):
    file = io.BytesIO()
    np.lib.format.write_array(file, np.asarray(value), **options)
    return file.getvalue()


def index_of(members):
    return json.loads(np.load(io.BytesIO(members["index.npy"])).tobytes())


def write(path, members, index=None, compression=zipfile.ZIP_STORED):
    """Writes a trace, with another index if one is given."""
    if index is not None:
        content = np.frombuffer(json.dumps(index).encode(), np.uint8)
        members = {**members, "index.npy": array(content)}
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path
