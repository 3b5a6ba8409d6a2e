"""Downloads, from a local server that also fails as servers do."""

import base64
import contextlib
import http.server
import threading
import time
import traceback

import pytest

from legacy_cnn import mnist
from legacy_cnn.errors import DownloadError, UsageError
from legacy_cnn.mnist import budget, idx, mirror, sources

CONTENT = {f"/mnist/{name}.gz": sources.bundled(name).read_bytes() for name in sources.NAMES}


#: A host whose first label has more than the 63 characters that a name may have.
UNPARSABLE = f"http://{'a' * 70}.example/"

#: What a server that never ends sends first, and then again and again.
ENDLESS = {
    "drip": (b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"\x1f"),
    "status": (b"HTTP/1.1 2", b"0"),
    "continue": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "headers": (b"HTTP/1.1 200 OK\r\n", b"X-More: and more\r\n"),
    "header": (b"HTTP/1.1 200 OK\r\nX-Long: ", b"and more "),
    "chunk": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0"),
    "flood": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"0" * 1000),
    "trailers": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", b"X: y\r\n"),
}


class Slow(threading.Event):
    """Whether a server still sends; it waits a moment first."""

    def wait(self, seconds):
        return not super().wait(seconds)


class Server(http.server.ThreadingHTTPServer):
    """Follows `script`, a list of behaviours, one a request; after that it sends sound files."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.requests, self.users, self.slow = [], [], [], Slow()
        self.url = f"http://127.0.0.1:{self.server_port}/mnist/"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append(self.path)
        self.server.users.append(self.headers["Authorization"])
        behaviour = self.server.script.pop(0) if self.server.script else "sound"
        content = CONTENT.get(self.path)
        if content is None:
            self.send_error(404)
        elif behaviour in ENDLESS:
            self.wfile.write(ENDLESS[behaviour][0])
            with contextlib.suppress(OSError):
                while self.server.slow.wait(0.01):
                    self.wfile.write(ENDLESS[behaviour][1])
        elif behaviour == "away":
            self.send_response(302)
            self.send_header("Location", UNPARSABLE)
            self.end_headers()
        elif isinstance(behaviour, int):
            self.send_error(behaviour)
        else:
            self.answer(content, behaviour)

    def answer(self, content, behaviour):
        if behaviour == "html":
            content = b"<html>sign in to this network</html>"
        self.send_response(200)
        if behaviour != "endless":
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if behaviour == "cut" else content)

    def log_message(self, *arguments):
        pass


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(mirror, "FIRST_PAUSE", 0.001)
    with Server() as running:
        thread = threading.Thread(target=running.serve_forever)
        thread.start()
        yield running
        running.slow.set()
        running.shutdown()
        thread.join()


def fetch(server, directory, name=sources.TEST_LABELS):
    return sources.obtain(name, directory, server.url)


def test_a_mirror_fills_a_directory(server, tmp_path):
    assert mnist.load(tmp_path / "data", server.url).name == "MNIST"
    assert server.requests == list(CONTENT)
    mnist.load(tmp_path / "data", server.url)
    assert len(server.requests) == 4  # files that are present are not downloaded again


def test_the_slash_after_a_mirrors_directory_may_be_missing(server, tmp_path):
    assert mnist.load(tmp_path / "data", server.url.removesuffix("/")).name == "MNIST"
    assert server.requests == list(CONTENT)


@pytest.mark.parametrize("failure", [500, 503, 429, "cut"])
def test_transient_failures_are_retried(server, tmp_path, failure):
    server.script = [failure] * 3
    assert fetch(server, tmp_path).read_bytes() == CONTENT[server.requests[0]]
    assert len(server.requests) == 4 and len(list(tmp_path.iterdir())) == 1


@pytest.mark.first(3)
@pytest.mark.parametrize(
    ("failure", "requests", "message"),
    [
        (503, mirror.ATTEMPTS, "HTTP status 503"),
        ("cut", mirror.ATTEMPTS, "could not be downloaded .*ProtocolError"),
        (403, 1, "HTTP status 403"),
        (404, 1, "HTTP status 404.* use the bundled MNIST"),
        ("html", 1, "was rejected: Invalid magic number"),
    ],
)
def test_a_failure_leaves_nothing_behind(server, tmp_path, failure, requests, message):
    server.script = [failure] * mirror.ATTEMPTS
    with pytest.raises(DownloadError, match=message):
        fetch(server, tmp_path)
    assert len(server.requests) == requests and not list(tmp_path.iterdir())


def test_a_file_that_is_too_large_is_given_up(server, tmp_path, monkeypatch):
    monkeypatch.setattr(idx, "MAX_FILE_BYTES", 1000)
    server.script = ["endless"]
    with pytest.raises(DownloadError, match="larger than 1,000 bytes"):
        fetch(server, tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.mark.first(3)
@pytest.mark.parametrize("behaviour", ENDLESS)
def test_a_server_that_never_ends_is_given_up(server, tmp_path, monkeypatch, behaviour):
    monkeypatch.setattr(budget, "GRACE", 0.3)
    monkeypatch.setattr(mirror, "LAST_BEGIN", 0.1)
    server.script = [behaviour] * mirror.ATTEMPTS
    began = time.monotonic()
    with pytest.raises(DownloadError, match="could not be downloaded"):
        fetch(server, tmp_path)
    assert time.monotonic() - began < 5
    assert len(server.requests) == 1 and not list(tmp_path.iterdir())


def test_a_server_that_sends_without_end_at_full_speed(server, tmp_path, monkeypatch):
    monkeypatch.setattr(idx, "MAX_FILE_BYTES", 1000)
    server.script = ["flood"]
    with pytest.raises(DownloadError, match="larger than 1,000 bytes"):
        fetch(server, tmp_path)


def test_an_address_that_cannot_be_parsed(server, tmp_path):
    for address in (UNPARSABLE, "http://[::1/", "http://a:b/", "http://\u2460\ufffd.example/"):
        with pytest.raises(DownloadError, match="could not be downloaded"):
            sources.obtain(sources.TEST_LABELS, tmp_path, address)
    server.script = ["away"]
    with pytest.raises(DownloadError, match="could not be downloaded"):
        fetch(server, tmp_path)
    assert not list(tmp_path.iterdir())


def test_what_a_killed_download_left_is_removed(server, tmp_path):
    (tmp_path / f".{sources.TEST_LABELS}.gz.0123456789ab.tmp").write_bytes(b"begun")
    assert list(tmp_path.iterdir())
    path = fetch(server, tmp_path)
    assert list(tmp_path.iterdir()) == [path]


def test_a_known_mirror_must_send_mnist(server, tmp_path, monkeypatch, files):
    monkeypatch.setattr(sources, "MNIST_MIRRORS", (server.url,))
    path = f"/mnist/{sources.TEST_LABELS}.gz"
    idx.write(tmp_path / "other.gz", files.test_labels[::-1])
    monkeypatch.setitem(CONTENT, path, (tmp_path / "other.gz").read_bytes())
    with pytest.raises(DownloadError, match="SHA-256 is not that of MNIST's t10k-labels"):
        fetch(server, tmp_path / "data")
    assert not list((tmp_path / "data").iterdir())


def test_nobody_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(mirror, "FIRST_PAUSE", 0.001)
    with pytest.raises(DownloadError, match=r"could not be downloaded \(ConnectionError"):
        sources.obtain(sources.TEST_LABELS, tmp_path, "http://127.0.0.1:9/")


@pytest.mark.parametrize(
    "address",
    [
        "http://me:se/cret@127.0.0.1:9/",
        "http://me:secret@127.0.0.1:9/",
        "http://me:secret@/",
        "me:secret@127.0.0.1",
        "ftp://me:secret@127.0.0.1/",
        "http://me:secret@127.0.0.1:99999/",
        "http://me:secret@ho\u2100st/",
        "http://me\udcff:secret@127.0.0.1:9/",
        "http://me\ud800:secret@127.0.0.1:9/",
        "http://a@b:se/cret@127.0.0.1:9/",
    ],
)
def test_a_password_is_not_repeated(address, tmp_path, monkeypatch):
    monkeypatch.setattr(mirror, "FIRST_PAUSE", 0)
    with pytest.raises((DownloadError, UsageError), match=r"\.\.\.@") as raised:
        sources.resolve(tmp_path, address)
    assert "secret" not in "".join(traceback.format_exception(raised.value, limit=0))
    assert "cret" not in str(raised.value)


def test_the_server_is_told_the_password(server, tmp_path):
    address = server.url.replace("//", "//m%65:p%40ss%D1%8F\udcff@")  # \udcff: the byte 255
    sources.obtain(sources.TEST_LABELS, tmp_path, address)
    encoded = base64.b64encode("me:p@ssя".encode() + b"\xff").decode()
    assert server.users == [f"Basic {encoded}"]


def test_a_path_with_an_at_sign_is_repeated(tmp_path, monkeypatch):
    monkeypatch.setattr(mirror, "FIRST_PAUSE", 0)
    with pytest.raises(DownloadError, match=r"http://127\.0\.0\.1:9/me/mnist@v1/train"):
        sources.resolve(tmp_path, "http://127.0.0.1:9/me/mnist@v1/")


def test_a_file_that_the_environment_names_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(mirror, "FIRST_PAUSE", 0)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/missing.pem")
    with pytest.raises(DownloadError, match=r"\(OSError: .*/missing\.pem"):
        sources.resolve(tmp_path, "https://127.0.0.1:9/")


def test_only_http(tmp_path):
    with pytest.raises(DownloadError, match="not an http or https address"):
        sources.obtain(sources.TEST_LABELS, tmp_path, "file:///etc/")
