"""Who comes into the lab, and who does not."""

import socket

import pytest
import requests
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from legacy_cnn.lab import gate
from legacy_cnn.lab.learners import AWAY, FullError, Learners
from tests.support.labs import served


async def _echo(request):
    return JSONResponse({"size": len(await request.body())})


@pytest.fixture(scope="module", params=[False, True], ids=["closed", "open"])
def lab(request):
    """The address of a lab, its keys, and whether a class may enter it."""
    keys, learners = gate.Keys(), Learners(2)
    routes = [Route("/api/echo", _echo, methods=["POST"]), Route("/{path:path}", _echo)]
    application = gate.Gate(Starlette(routes=routes), keys, learners, request.param)
    with served(application) as address:
        yield address, keys, request.param


@pytest.fixture
def inside(lab):
    """A browser that has opened the address with its token."""
    address, keys, _ = lab
    session = requests.Session()
    answer = session.get(f"{address}/?token={keys.token}")
    assert answer.ok and answer.url == f"{address}/"  # the token is out of the address bar
    return session


def test_the_token_becomes_a_cookie_that_scripts_cannot_read(lab):
    address, keys, _ = lab
    answer = requests.get(f"{address}/?token={keys.token}", allow_redirects=False)
    cookie = answer.headers["set-cookie"]
    assert answer.status_code == 303 and answer.headers["location"] == "/"
    assert "HttpOnly" in cookie and "samesite=strict" in cookie.lower()
    assert keys.token not in cookie


def test_headers_keep_everything_here(lab, inside):
    headers = inside.get(lab[0]).headers
    assert headers["referrer-policy"] == "no-referrer"
    assert "default-src 'none'" in headers["content-security-policy"]


@pytest.mark.parametrize("token", ["", "wrong", "é", "x" * 5000])
def test_a_wrong_token_opens_nothing(lab, token):
    answer = requests.get(f"{lab[0]}/", params={"token": token}, allow_redirects=False)
    assert answer.headers["location"] == "/wrong" and "set-cookie" not in answer.headers


def test_the_code_opens_the_lab_of_a_class_only(lab):
    address, keys, is_open = lab
    spoken = " ".join(keys.code.lower())
    answer = requests.post(
        f"{address}/enter", {"code": spoken}, headers={"origin": address}, allow_redirects=False
    )
    assert answer.headers["location"] == ("/" if is_open else "/wrong")


def test_without_a_cookie_there_is_no_answer(lab):
    answer = requests.post(f"{lab[0]}/api/echo", headers={"origin": lab[0]})
    assert answer.status_code == 401 and answer.text.count("\n") == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "http://elsewhere.example"}, 403),
        ({"origin": "null"}, 403),
        ({}, 403),
        ({"host": "elsewhere.example"}, 421),
        ({"host": "lab.localhost.example:80"}, 421),
    ],
)
def test_requests_from_other_sites_are_refused(lab, inside, headers, status):
    assert inside.post(f"{lab[0]}/api/echo", headers=headers).status_code == status


@pytest.mark.parametrize("is_chunked", [False, True])
def test_a_large_request_is_refused_before_it_is_read(lab, inside, is_chunked):
    body = iter([b"x" * 100_000] * 4) if is_chunked else b"x" * 400_000
    try:
        answer = inside.post(f"{lab[0]}/api/echo", data=body, headers={"origin": lab[0]})
    except requests.ConnectionError:
        return  # it was closed while more was sent
    assert answer.status_code == 413
    assert inside.post(f"{lab[0]}/api/echo", data=b"x" * 9, headers={"origin": lab[0]}).json()


START = "POST /api/echo HTTP/1.1\r\nHost: {host}\r\nContent-Length: 100\r\n"


@pytest.mark.parametrize(
    ("sent", "answered"),
    [
        ("", b""),
        ("GET / HT", b""),
        (START, b""),
        (START + "Origin: http://{host}\r\n\r\nhalf of it", b"HTTP/1.1 408"),
        (START + "\r\nno origin", b"HTTP/1.1 403"),
        (START.replace("100", "9" * 20) + "Origin: http://{host}\r\n\r\n", b"HTTP/1.1 413"),
    ],
)
def test_what_does_not_arrive_is_closed(lab, sent, answered, monkeypatch):
    monkeypatch.setattr(gate, "LONGEST", 2 if answered else 0.2)
    host = lab[0].removeprefix("http://")
    with socket.create_connection(host.split(":"), timeout=20) as connection:
        connection.sendall(sent.format(host=host).encode())
        answer = b"".join(iter(lambda: connection.recv(1000), b""))
    assert answer.startswith(answered) and bool(answer) is bool(answered)


def test_a_websocket_is_answered_as_a_page_is(lab):
    """wsproto, which other packages bring, would otherwise take it."""
    headers = {"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
               "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}  # fmt: skip
    assert requests.get(f"{lab[0]}/api/who", headers=headers).status_code == 401


def test_origins_that_are_no_addresses_are_refused(lab, inside):
    for origin in ("http://[", "://", "x" * 5000):
        answer = inside.post(f"{lab[0]}/api/echo", headers={"origin": origin})
        assert answer.status_code == 403


@pytest.mark.parametrize("method", ["DELETE", "PUT", "OPTIONS"])
def test_other_methods_are_refused(lab, inside, method):
    assert inside.request(method, lab[0]).status_code == 405


def test_own_names_are_numbers_and_this_machine():
    assert gate.is_own("127.0.0.1:8017") and gate.is_own("[::1]:8017") and gate.is_own("localhost")
    assert not gate.is_own("") and not gate.is_own("[::1") and not gate.is_own("1.2.3.4.example")


def test_no_more_browsers_have_weights_than_may(monkeypatch):
    learners = Learners(1)
    first, second = learners.new(), learners.new()
    learners.make_room(first)
    first.keep({})
    with pytest.raises(FullError, match="1 browsers train already"):
        learners.make_room(second)
    first.seen -= AWAY + 1
    learners.make_room(second)
    assert first.state is None
