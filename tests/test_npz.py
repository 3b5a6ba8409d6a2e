"""`.npz` files from outside: checked before anything is allocated for them."""

import io
import zipfile

import numpy as np
import pytest

from legacy_cnn.errors import ParityError
from legacy_cnn.outside import npz


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
    arrays["c"] = np.arange(3, dtype=">f4")  # of another machine
    np.savez(tmp_path / "file.npz", **arrays)
    read = npz.read(tmp_path / "file.npz", ParityError)
    assert sorted(read) == ["a", "b", "c"] and read["c"].dtype == np.float32
    assert all(np.array_equal(read[name], arrays[name]) for name in arrays)


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"a": member((10**12,), b"1234")}, "a is damaged: .* 4,000,000,000,000 bytes, .* has 4"),
        ({"a": member((2,), b"1234")}, "a is damaged: .* which is 8 bytes, but it has 4"),
        ({"a": member((2,), b"12345678"), "note": b"text"}, "other than arrays: note"),
        ({"a": member((2,), b"x" * 16, "|O")}, "a contains Python's objects"),
        ({"a": b"\x93NUMPY\x01\x00\x04\x00abcd"}, "cannot be read as .npz"),
        ({"a": member((200,), b"x" * 800)}, "928 bytes, above the limit of 900 for all"),
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


def npy(header):
    """An .npy file whose header is any text."""
    content = header.encode() + b"\n"
    return b"\x93NUMPY\x01\x00" + len(content).to_bytes(2, "little") + content


@pytest.mark.parametrize(
    "header",
    [
        "{'descr': '<f4', 'fortran_order': False, 'shape': (",
        "(" * 9000,
        "{" * 5000,
        "[" * 3000 + "]" * 3000,
        "{'descr': '<f4', 'fortran_order': False, 'shape': (-2, -2)}" + " " * 99,
        "{'descr': '|V0', 'fortran_order': False, 'shape': (10000000000,)}",
        "{'descr': '<f4', 'fortran_order': False, 'shape': (0, 10000000000000000000000)}",
        "{'descr': ('<f4', (10000000000,)), 'fortran_order': False, 'shape': ()}",
        "\x00",
    ],
)
def test_a_damaged_header_ends_in_a_sentence(tmp_path, header):
    with pytest.raises(ParityError, match=r"file\.npz"):
        npz.read(archive(tmp_path / "file.npz", a=npy(header)), ParityError)


def damaged(tmp_path, method, change):
    path = tmp_path / "file.npz"
    with zipfile.ZipFile(path, "w", method) as file:
        file.writestr("a.npy", member((1000,), b"1234" * 1000))
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(content)
    return path


def spoil(content):
    content[37:77] = b"\xff" * 40


def encrypt(content):
    content[6] |= 1
    content[content.rfind(b"PK\x01\x02") + 8] |= 1


def claim(content):
    """Says in the list of members that a member has a gigabyte."""
    at = content.rfind(b"PK\x01\x02") + 24
    content[at : at + 4] = (2**30).to_bytes(4, "little")


def cut(content):
    del content[200:300]


def twice(content):
    at, end = content.rfind(b"PK\x01\x02"), content.rfind(b"PK\x05\x06")
    content[end:end] = content[at:end]
    end = content.rfind(b"PK\x05\x06")
    content[end + 8 : end + 12] = b"\x02\x00\x02\x00"
    content[end + 12 : end + 16] = (2 * (end - at) // 2).to_bytes(4, "little")


def nothing(content):
    pass


@pytest.mark.parametrize(
    ("method", "change", "message"),
    [
        (zipfile.ZIP_DEFLATED, spoil, "cannot be read as .npz"),
        (zipfile.ZIP_STORED, spoil, "other than arrays: a.npy"),
        (zipfile.ZIP_STORED, encrypt, "it is encrypted"),
        (zipfile.ZIP_DEFLATED, claim, "larger than it can be"),
        (zipfile.ZIP_STORED, cut, "cannot be read as .npz"),
        (zipfile.ZIP_STORED, twice, "two members of one name"),
        (zipfile.ZIP_LZMA, nothing, "another way than by DEFLATE"),
        (zipfile.ZIP_BZIP2, spoil, "another way than by DEFLATE"),
    ],
)
def test_a_damaged_archive_ends_in_a_sentence(tmp_path, method, change, message):
    with pytest.raises(ParityError, match=f"file.npz.*({message})"):
        npz.read(damaged(tmp_path, method, change), ParityError)


def test_an_archive_of_too_many_members_is_not_opened(tmp_path):
    path = archive(tmp_path / "file.npz", **{f"m{at}": b"" for at in range(10_001)})
    with pytest.raises(ParityError, match="more than 10,000 members"):
        npz.read(path, ParityError)
