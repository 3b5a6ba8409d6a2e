"""The IDX format, and files that violate it."""

import gzip
import io
import struct

import numpy as np
import pytest

from legacy_cnn.errors import DataError
from legacy_cnn.mnist import idx

IMAGES = np.arange(2 * 3 * 4, dtype=np.uint8).reshape(2, 3, 4)
LABELS = np.array([7, 0, 9], np.uint8)
IMAGE_BYTES = b"\x00\x00\x08\x03" + struct.pack(">3I", 2, 3, 4) + bytes(range(24))
LABEL_BYTES = b"\x00\x00\x08\x01" + struct.pack(">I", 3) + b"\x07\x00\x09"


def read(content, reader=idx.read_images):
    return reader(io.BytesIO(content))


def test_bytes_in_arrays_out():
    np.testing.assert_array_equal(read(IMAGE_BYTES), IMAGES, strict=True)
    np.testing.assert_array_equal(read(LABEL_BYTES, idx.read_labels), LABELS, strict=True)
    np.testing.assert_array_equal(read(gzip.compress(IMAGE_BYTES)), IMAGES, strict=True)
    assert not read(IMAGE_BYTES).flags.writeable


def test_gzip_may_have_parts_and_end_in_zeros():
    parts = [gzip.compress(IMAGE_BYTES[at : at + 5]) for at in range(0, len(IMAGE_BYTES), 5)]
    np.testing.assert_array_equal(read(b"".join(parts) + bytes(700)), IMAGES, strict=True)


def test_more_labels_than_any_set_has_are_not_read():
    many = b"\x00\x00\x08\x01" + struct.pack(">I", idx.MAX_LABELS + 1) + bytes(idx.MAX_LABELS + 1)
    with pytest.raises(DataError, match="above the limit of 4,194,304"):
        read(many, idx.read_labels)


def test_what_is_highly_compressed_is_unpacked_to_its_end():
    many = b"\x00\x00\x08\x03" + struct.pack(">3I", 3000, 28, 28) + bytes(3000 * 784)
    assert read(gzip.compress(many)).shape == (3000, 28, 28)
    with pytest.raises(DataError, match="ends after 2,351,999 bytes"):
        read(gzip.compress(many[:-1]))


def test_a_file_of_an_empty_set_is_valid():
    empty = b"\x00\x00\x08\x03" + struct.pack(">3I", 0, 28, 28)
    assert read(empty).shape == (0, 28, 28)


@pytest.mark.parametrize("name", ["images", "images.gz"])
def test_written_files_are_the_bytes_of_the_format(tmp_path, name):
    idx.write(tmp_path / name, IMAGES)
    content = (tmp_path / name).read_bytes()
    assert (gzip.decompress(content) if name.endswith("gz") else content) == IMAGE_BYTES
    idx.write(tmp_path / "again", IMAGES)
    idx.write(tmp_path / name, IMAGES)
    assert (tmp_path / name).read_bytes() == content  # no time stamp, and replaced in place
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "again"])


@pytest.mark.parametrize("array", [IMAGES.astype(np.int32), IMAGES[0], np.float32(1)])
def test_only_what_the_format_holds_is_written(tmp_path, array):
    with pytest.raises(DataError, match=r"not (int32|uint8|float32) of shape"):
        idx.write(tmp_path / "x", array)
    assert not list(tmp_path.iterdir())


# A time stamp in the gzip header would give the tests different names in each process.
ZIPPED = gzip.compress(IMAGE_BYTES, mtime=0)
HUGE = b"\x00\x00\x08\x03" + struct.pack(">3I", 2**32 - 1, 2**32 - 1, 2**32 - 1)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (LABEL_BYTES, "Invalid magic number 2049 in MNIST image file: .*; expected 2051"),
        (b"", "Invalid magic number 0 "),
        (b"\x89PNG\r\n", "Invalid magic number"),
        (IMAGE_BYTES[:9], "ends after 5 bytes"),
        (IMAGE_BYTES[:-1], "is truncated: its data ends after 23 bytes"),
        (IMAGE_BYTES + b"\x00", "holds more data than its header declares"),
        (HUGE, "declares .* bytes of data in its header, more than the file can hold"),
        (gzip.compress(HUGE, mtime=0), "more than the file can hold"),
        (gzip.compress(IMAGE_BYTES[:-5], mtime=0), "ends after 19 bytes"),
        (gzip.compress(IMAGE_BYTES + b"\x00", mtime=0), "holds more data than its header declares"),
        (ZIPPED[:-9], "damaged gzip data|ends after"),
        (ZIPPED[:-4], "damaged gzip data"),
        (ZIPPED[:20] + bytes([ZIPPED[20] ^ 255]) + ZIPPED[21:], "damaged gzip data|Invalid magic"),
        (ZIPPED[:-6] + b"\x00\x00" + ZIPPED[-4:], "damaged gzip data .*data check"),
        (b"\x1f\x8b\x08", "damaged gzip data"),
        (ZIPPED[:3] + b"\x20" + ZIPPED[4:], "damaged gzip data .*unknown header flags"),
        (ZIPPED + b"behind", "damaged gzip data .*incorrect header"),
        (b"\x00\x00\x08\x03" + struct.pack(">3I", 0, 2**32 - 1, 2**32 - 1), "no elements, but"),
    ],
)
def test_an_invalid_file_is_rejected(content, message):
    with pytest.raises(DataError, match=message):
        read(content)


def test_a_gzip_bomb_is_rejected_before_it_unpacks(monkeypatch):
    """Its header is right and the file small, but its data are above the limit."""
    monkeypatch.setattr(idx, "MAX_BYTES", 1 << 20)
    bomb = b"\x00\x00\x08\x03" + struct.pack(">3I", 1025, 32, 32) + bytes(1025 << 10)
    with pytest.raises(DataError, match=r"declares 1,049,600 bytes .* the limit of 1,048,576"):
        read(gzip.compress(bomb))


def test_the_message_names_the_file(tmp_path):
    path = tmp_path / "train-images-idx3-ubyte"
    path.write_bytes(LABEL_BYTES)
    with open(path, "rb") as file, pytest.raises(ValueError, match=str(path)):
        idx.read_images(file)
