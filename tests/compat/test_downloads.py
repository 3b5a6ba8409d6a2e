"""A program that downloads MNIST by itself is given the bundled files."""

import gzip
import urllib.error
import urllib.request

import pytest

from legacy_cnn import compat
from legacy_cnn.compat.downloads import ADDRESSES, bundled_file
from legacy_cnn.mnist.sources import NAMES

pytestmark = pytest.mark.tensorflow

ADDRESS = "http://yann.lecun.com/exdb/mnist/t10k-labels-idx1-ubyte.gz"


def test_the_old_address_gives_the_bundled_file(tmp_path):
    with compat.installed():
        _, headers = urllib.request.urlretrieve(ADDRESS, tmp_path / "labels.gz")
        request = urllib.request.Request(ADDRESS)
        with urllib.request.urlopen(request, timeout=1) as response:
            content = response.read()
    assert int(headers["Content-Length"]) == len(content)
    assert (tmp_path / "labels.gz").read_bytes() == content
    assert len(gzip.decompress(content)) == 8 + 10_000


def test_every_other_address_is_opened_as_ever(tmp_path):
    before = urllib.request.urlopen
    missing = (tmp_path / "t10k-labels-idx1-ubyte.gz").as_uri()
    with compat.installed(), pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(missing)
    assert urllib.request.urlopen is before
    assert bundled_file("https://example.com/exdb/mnist/t10k-labels-idx1-ubyte.gz") is None
    assert all(bundled_file(f"{ADDRESSES[0]}{name}.gz").is_file() for name in NAMES)
