"""Downloads, from a local server that also fails as servers do."""

import http.server
import threading

import pytest

from legacy_cnn import mnist
from legacy_cnn.errors import DownloadError
from legacy_cnn.mnist import idx, mirror, sources

CONTENT = {f"/mnist/{name}.gz": sources.bundled(name).read_bytes() for name in sources.NAMES}


class Server(http.server.ThreadingHTTPServer):
    """Follows `script`, a list of behaviours, one a request; after that it sends sound files."""

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.script, self.requests = [], []
        self.url = f"http://127.0.0.1:{self.server_port}/mnist/"


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.requests.append(self.path)
        behaviour = self.server.script.pop(0) if self.server.script else "sound"
        content = CONTENT.get(self.path)
        if content is None:
            self.send_error(404)
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
        ("cut", mirror.ATTEMPTS, "could not be downloaded .*ChunkedEncodingError"),
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
    monkeypatch.setattr(idx, "MAX_BYTES", 1000)
    server.script = ["endless"]
    with pytest.raises(DownloadError, match="larger than 1,000 bytes"):
        fetch(server, tmp_path)
    assert not list(tmp_path.iterdir())


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


def test_only_http(tmp_path):
    with pytest.raises(DownloadError, match="not an http or https address"):
        sources.obtain(sources.TEST_LABELS, tmp_path, "file:///etc/")
