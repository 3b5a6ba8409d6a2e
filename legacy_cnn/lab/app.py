"""The answers of the lab: files of the page, and JSON."""

import asyncio
import base64
import json
import re
import tempfile
from collections.abc import AsyncIterator, Callable
from importlib.resources import files
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from legacy_cnn.commandline.output import strict
from legacy_cnn.errors import LegacyCnnError, UsageError
from legacy_cnn.lab import dialects, fetching, predicting, steps
from legacy_cnn.lab.learners import Learner, Learners
from legacy_cnn.lab.queue import BusyError, Job, Queue
from legacy_cnn.lab.room import Room
from legacy_cnn.lab.rows import ROWS
from legacy_cnn.lab.searching import RUNGS, Search, names

#: Files of the page, by their ends.
TYPES = {
    ".html": "text/html",
    ".css": "text/css",
    ".js": "text/javascript",
}
#: Seconds after which a browser that waits is told its place again.
PATIENCE = 0.3

Body = dict[str, Any]


class Lab:
    """What browsers ask for; work on the graph goes through the queue."""

    def __init__(self, room: Room, queue: Queue, learners: Learners) -> None:
        self._room, self._queue, self._learners = room, queue, learners
        self._trainers = steps.Trainers(room)
        self._side_by_side = steps.SideBySide(room)
        self._search = Search(room.settings.threads)
        self._comparisons = Queue(iter(()))  # which take long, in processes of their own
        self._wavering: list[dict[str, Any]] | None = None

    def application(self) -> Starlette:
        """The application, without the gate before it."""
        work = {
            "predict": self._predict,
            "wavering": self._find_wavering,
            "fetch": self._fetch,
            "run": self._run,
            "train": self._train,
            "side-by-side": self._compare,
            "picture": self._read,
        }
        routes = [
            Route("/", self._page),
            Route("/wrong", self._page),
            Route("/page/{name}", self._file),
            Route("/api/lab", self._facts),
            Route("/api/state", self._state),
            Route("/api/digit", self._digit),
            Route("/api/reset", self._reset, methods=["POST"]),
            Route("/api/port", self._port),
            Route("/api/named", self._named, methods=["POST"]),
            Route("/api/climb", self._worked(self._climb, self._comparisons), methods=["POST"]),
            *[
                Route(f"/api/{name}", self._worked(call, self._queue), methods=["POST"])
                for name, call in work.items()
            ],
        ]
        return Starlette(routes=routes, exception_handlers={LegacyCnnError: _sentence})

    # The page ---------------------------------------------------------------------------------

    async def _page(self, request: Request) -> Response:
        is_known = request.scope["learner"] is not None
        name = "index.html" if is_known and request.url.path == "/" else "enter.html"
        return _file(name)

    async def _file(self, request: Request) -> Response:
        return _file(request.path_params["name"])

    # Facts, which need no work -----------------------------------------------------------------

    async def _facts(self, request: Request) -> Response:
        return JSONResponse(facts_of(self._room, self._search))

    async def _state(self, request: Request) -> Response:
        learner, begun = _learner(request), self._room.beginning
        failure = self._queue.failure
        return JSONResponse(
            {
                "training": {
                    "step": begun.step,
                    "steps": begun.steps,
                    "loss": begun.loss,
                    "accuracy": begun.accuracy,
                    "failed": None if failure is None else str(failure),
                },
                "own": learner.state is not None,
                "step": learner.step,
                "own_weights": self._learners.training,
                "most_own": self._learners.most,
            }
        )

    async def _digit(self, request: Request) -> Response:
        at, sets = _number(request, "at"), self._room.sets
        if not 0 <= at < len(sets.test_labels):
            raise UsageError("There is no such image.")
        pixels = np.uint8(np.round(sets.test_images[at] * 255)).tobytes()
        return JSONResponse(
            {"image": base64.b64encode(pixels).decode(), "label": int(sets.test_labels[at])}
        )

    async def _reset(self, request: Request) -> Response:
        _learner(request).reset()
        return JSONResponse({})

    async def _port(self, request: Request) -> Response:
        return JSONResponse({"source": self._search.port(_number(request, "number"))})

    async def _named(self, request: Request) -> Response:
        body = await _body(request)
        return JSONResponse(self._search.check(body.get("number", -1), str(body.get("named"))))

    # Work, which waits for its turn --------------------------------------------------------------

    def _worked(
        self, call: Callable[[Learner, Body], Any], queue: Queue
    ) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            learner, body = _learner(request), await _body(request)
            job = queue.submit(learner.key, lambda: call(learner, body))
            await _refused_at_once(job)
            return StreamingResponse(_lines(job, queue), media_type="application/x-ndjson")

        return endpoint

    def _predict(self, learner: Learner, body: Body) -> Any:
        return predicting.predict(self._room, learner, fetching.image_of(body), body)

    def _find_wavering(self, learner: Learner, body: Body) -> Any:
        if learner.state is not None or not self._is_settled():
            return predicting.wavering(self._room, learner)
        if self._wavering is None:
            self._wavering = predicting.wavering(self._room, learner)
        return self._wavering

    def _is_settled(self) -> bool:
        """Whether the weights that all begin with are trained."""
        return self._room.beginning.step >= self._room.beginning.steps

    def _fetch(self, learner: Learner, body: Body) -> Any:
        request = fetching.Request.of(body)
        return fetching.fetch(self._room, self._learners, learner, request)

    def _run(self, learner: Learner, body: Body) -> Any:
        label = body.get("label", 0)
        if type(label) is not int or not 0 <= label <= 9:
            raise UsageError("A label is a digit.")
        row, dialect = str(body.get("row")), str(body.get("dialect"))
        image = fetching.image_of(body)
        return dialects.run(self._room, learner, row, dialect, image, label)

    def _train(self, learner: Learner, body: Body) -> Any:
        return steps.train(self._room, self._trainers, self._learners, learner, body)

    def _compare(self, learner: Learner, body: Body) -> Any:
        return self._side_by_side.run(str(body.get("beginning", "scaled")))

    def _climb(self, learner: Learner, body: Body) -> Any:
        return self._search.climb(body.get("number", -1), str(body.get("rung")))

    def _read(self, learner: Learner, body: Body) -> Any:
        """Reads the digit in a photograph, as `legacy-cnn predict` does."""
        from legacy_cnn.pictures import read_digit

        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory) / "picture"
            path.write_bytes(body["bytes"])
            try:
                digit = read_digit(path)
            except LegacyCnnError as error:
                raise UsageError(str(error).replace(str(path), "The picture")) from error
        pixels = np.uint8(np.round(digit * 255)).tobytes()
        return {"image": base64.b64encode(pixels).decode()}


async def _refused_at_once(job: Job) -> None:
    """Raises what a job is refused with, if that takes no wait, so that the status tells it."""
    answer = asyncio.wrap_future(job.future)
    await asyncio.wait({answer}, timeout=PATIENCE)
    if answer.done() and isinstance(error := answer.exception(), LegacyCnnError):
        raise error


async def _lines(job: Job, queue: Queue) -> AsyncIterator[str]:
    """A line for each new place in the queue, and one for the answer."""
    answer, told = asyncio.wrap_future(job.future), None
    try:
        while not answer.done():
            if (place := queue.place(job)) != told:
                told = place
                yield json.dumps({"place": place}) + "\n"
            await asyncio.wait({answer}, timeout=PATIENCE)
        try:
            yield json.dumps({"answer": strict(answer.result())}, allow_nan=False) + "\n"
        except LegacyCnnError as error:
            yield json.dumps({"refused": str(error)}) + "\n"
        except Exception as error:
            sentence = f"The lab has a mistake of its own: {type(error).__name__}: {error}"
            yield json.dumps({"refused": sentence}) + "\n"
    finally:
        job.future.cancel()  # a browser that has gone waits for nothing


def facts_of(room: Room, search: Search) -> dict[str, Any]:
    """What the page needs to know before anything is run: the drawing, programs and choices."""
    variants = {
        name: {"title": one.title, "says": one.says} for name, one in steps.VARIANTS.items()
    }
    return {
        "drawing": room.drawing.to_json(),
        "programs": {row.name: dialects.shown_of(row.name) for row in ROWS},
        "variants": variants,
        "tests": len(room.sets.test_labels),
        "mistakes": names(),
        "ports": len(search),
        "rungs": list(RUNGS),
    }


def _learner(request: Request) -> Learner:
    learner: Learner = request.scope["learner"]
    return learner


async def _body(request: Request) -> Body:
    """The body of a request: a JSON object, or a picture."""
    if request.url.path == "/api/picture":
        return {"bytes": await request.body()}
    try:
        body = json.loads(await request.body() or b"{}", parse_constant=_no_number)
        json.dumps(body, ensure_ascii=False).encode()  # half of a character is no text
    except (ValueError, RecursionError) as error:
        raise UsageError("This request is no JSON.") from error
    if not isinstance(body, dict):
        raise UsageError("This request is no JSON object.")
    return body


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no JSON.")


def _number(request: Request, name: str) -> int:
    """A number in an address; -1 if it is none."""
    text = request.query_params.get(name, "")
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else -1


async def _sentence(request: Request, error: Exception) -> Response:
    status = 429 if isinstance(error, BusyError) else 400
    return JSONResponse({"refused": str(error)}, status)


def _file(name: str) -> Response:
    there = {path.name: path for path in files("legacy_cnn.lab").joinpath("page").iterdir()}
    kind = TYPES.get(Path(name).suffix)
    if kind is None or name not in there:
        return Response("There is no such page.\n", 404, media_type="text/plain")
    return Response(there[name].read_bytes(), media_type=kind)
