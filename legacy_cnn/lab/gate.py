"""Who comes in: a token in the address, which becomes a cookie; Host and Origin; sizes.

A page of another site must not be able to use the lab of whoever visits it. It cannot read the
token or send the cookie (SameSite), its name is no Host that the lab answers to (which DNS
rebinding would make of it), and its Origin is another one.
"""

import asyncio
import functools
import hmac
import ipaddress
import secrets
import socket
from collections.abc import Awaitable, Callable, Mapping
from http import cookies
from typing import Any
from urllib.parse import parse_qs, urlsplit

import h11
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from uvicorn.protocols.http.h11_impl import H11Protocol

from legacy_cnn.lab.learners import Learners

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]

COOKIE = "lab"
#: Largest body of a request: a photograph, and anything else.
MOST_BYTES = {"/api/picture": 20_000_000}
OTHER_BYTES = 300_000
#: Seconds that a request may take to arrive: a photograph over a slow network does.
LONGEST = 60
#: Of an answer to a request whose rest nobody waits for.
CLOSED = {"connection": "close"}
#: Letters of a class code that are not taken for each other.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
#: Seconds that a wrong code or token is answered after, all of them one after another.
WAIT = 0.5

#: Nothing comes from elsewhere, nothing is told elsewhere, and nothing is kept.
HEADERS = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; base-uri 'none'; form-action 'self'; "
    "frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}


class Keys:
    """What opens the lab: a long token for this machine, a short code for a class."""

    def __init__(self) -> None:
        self.token = secrets.token_urlsafe(24)
        self.code = "".join(secrets.choice(LETTERS) for _ in range(6))
        self._turn = asyncio.Lock()

    async def fits(self, given: str, with_code: bool) -> bool:
        """Whether a token, or a code, is right; wrong ones wait for each other."""
        spoken = given.strip().upper().replace(" ", "").replace("-", "")
        is_code = with_code and hmac.compare_digest(spoken.encode(), self.code.encode())
        if is_code or hmac.compare_digest(given.encode(), self.token.encode()):
            return True
        async with self._turn:
            await asyncio.sleep(WAIT)
        return False


class Gate:
    """Lets requests through to the lab, with their `Learner` as `scope["learner"]`."""

    def __init__(self, app: Any, keys: Keys, learners: Learners, is_open: bool) -> None:
        """Guards an application.

        Args:
          app: the application.
          keys: what opens it.
          learners: of the cookies.
          is_open: whether others than this machine may come, with the code of the class.
        """
        self._app, self._keys, self._learners = app, keys, learners
        self._is_open = is_open

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)

        async def guarded(message: Any) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if refusal := self._refused(scope, headers):
            await refusal(scope, receive, guarded)
            return
        try:
            async with asyncio.timeout(LONGEST):
                body = await _read(scope, receive, headers)
        except TimeoutError:
            await _plain("This request takes too long.", 408, CLOSED)(scope, receive, guarded)
            return
        if body is None:
            await _plain("This request is too large.", 413)(scope, receive, guarded)
        elif scope["path"] == "/enter":
            given = parse_qs(body.decode("latin-1")).get("code", [""])[0]
            await (await self._opened(given))(scope, receive, guarded)
        else:
            await self._let_in(scope, headers, _again(body, receive), guarded)

    async def _let_in(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        if scope["path"] == "/" and scope.get("query_string"):
            await (await self._with_token(scope))(scope, receive, send)
            return
        learner = self._learners.of(_cookie(headers))
        if learner is None and scope["path"].startswith("/api"):
            message = "The lab does not know this browser. Load the page again."
            await _plain(message, 401)(scope, receive, send)
            return
        scope["learner"] = learner
        await self._app(scope, receive, send)

    def _refused(self, scope: Scope, headers: Headers) -> Response | None:
        host = headers.get("host", "")
        if not is_own(host):
            return _plain("This is not an address of the lab.", 421)
        origin = headers.get("origin")
        if origin is not None and origin.partition("://")[2] != host:
            return _plain("This request comes from another site.", 403)
        if scope["method"] not in ("GET", "HEAD", "POST"):
            return _plain("There is nothing of that kind here.", 405)
        if scope["method"] == "POST" and origin is None:
            return _plain("This request does not say where it comes from.", 403)
        return None

    async def _with_token(self, scope: Scope) -> Response:
        given = parse_qs(scope["query_string"].decode("latin-1")).get("token", [""])[0]
        return await self._opened(given)

    async def _opened(self, given: str) -> Response:
        """Takes a token or code out of the address, and puts a cookie in its place."""
        if not await self._keys.fits(given[:100], self._is_open):
            return RedirectResponse("/wrong", 303)
        response = RedirectResponse("/", 303)
        key = self._learners.new().key
        response.set_cookie(COOKIE, key, httponly=True, samesite="strict")
        return response


class Prompt(H11Protocol):
    """A connection that is closed when its request does not arrive, be it answered already."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self._look(self)

    def _look(self, before: object) -> None:
        """Closes it if the rest of the same request is waited for as when it was looked before."""
        if self.transport.is_closing():
            return
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY) and self.cycle is before:
            self.transport.close()
            return
        self.loop.call_later(LONGEST, self._look, self.cycle)


#: What uvicorn speaks: HTTP alone, whatever else is installed.
PROTOCOLS: dict[str, Any] = {"http": Prompt, "ws": "none"}


async def _read(scope: Scope, receive: Receive, headers: Headers) -> bytes | None:
    """The body of a request; None if it is larger than it may be."""
    most, body = MOST_BYTES.get(scope["path"], OTHER_BYTES), b""
    said = headers.get("content-length", "0")
    if not said.isdigit() or int(said) > most:
        return None
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body"):
            return body


def _again(body: bytes, receive: Receive) -> Receive:
    """Receives a body that has been read, and then what comes after it."""
    messages = [{"type": "http.request", "body": body}]

    async def received() -> Any:
        return messages.pop() if messages else await receive()

    return received


def is_own(host: str) -> bool:
    """Whether a Host is this machine: an address in numbers, localhost or its name.

    With any other name, a page of that name would be of the same origin as the lab.
    """
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return name in _own_names()
    return True


@functools.cache
def _own_names() -> tuple[str, ...]:
    """What this machine is called; a name server may take seconds to say it."""
    return ("localhost", socket.gethostname().lower(), socket.getfqdn().lower())


def _cookie(headers: Headers) -> str | None:
    found: cookies.SimpleCookie = cookies.SimpleCookie()
    try:
        found.load(headers.get("cookie", ""))
    except cookies.CookieError:
        return None
    return found[COOKIE].value if COOKIE in found else None


def _plain(text: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    return PlainTextResponse(text + "\n", status, headers)
