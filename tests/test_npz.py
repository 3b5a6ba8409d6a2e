"""`.npz` files from outside: checked before anything is allocated for them."""

import io
import zipfile

import numpy as np
import pytest

from legacy_cnn import npz
from legacy_cnn.errors import ParityError


def member(shape, content=b"", dtype="<f4"):
    """An .npy file with a header of one's own."""
    file = io.BytesIO()
    header = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    return file.getvalue() + content


def archive(path, **members):
    with zipfile.ZipFile(path, "w") as file:
        for name, content in members.items():
            file.writestr(name if name == "note" else f"{name}.npy", content)
    return path


def test_arrays_are_read(tmp_path):
    arrays = {"a": np.arange(6.0).reshape(2, 3), "b": np.asfortranarray(np.ones((2, 2), int))}
    np.savez(tmp_path / "file.npz", **arrays)
    read = npz.read(tmp_path / "file.npz", ParityError)
    assert sorted(read) == ["a", "b"]
    assert all(np.array_equal(read[name], arrays[name]) for name in arrays)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"a": member((10**12,), b"1234")}, "a is damaged: .* 4,000,000,000,000 bytes, .* has 4"),
        ({"a": member((2,), b"1234")}, "a is damaged: .* which is 8 bytes, but it has 4"),
        ({"a": member((2,), b"12345678"), "note": b"text"}, "other than arrays: note"),
        ({"a": member((2,), b"x" * 16, "|O")}, "a contains Python's objects"),
        ({"a": b"\x93NUMPY\x01\x00\x04\x00abcd"}, "cannot be read as .npz"),
        ({"a": member((200,), b"x" * 800)}, "928 bytes of arrays, above the limit of 900 for all"),
    ],
)
def test_a_damaged_file_ends_in_a_sentence(tmp_path, members, message):
    path = archive(tmp_path / "file.npz", **members)
    with pytest.raises(ParityError, match=f"file.npz.*{message}"):
        npz.read(path, ParityError, 900, " for all")


def test_what_is_no_archive_is_said(tmp_path):
    (tmp_path / "file.npz").write_bytes(b"nothing of the kind")
    with pytest.raises(ParityError, match=r"cannot be read as .npz \(File is not a zip file\)"):
        npz.read(tmp_path / "file.npz", ParityError)
