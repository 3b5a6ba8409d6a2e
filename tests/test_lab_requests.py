"""Requests that no page sends: each gets an answer, or is refused in a sentence."""

import base64
import json
import random
import threading

import pytest
import requests

from legacy_cnn.lab.app import Lab
from legacy_cnn.lab.gate import Gate, Keys
from legacy_cnn.lab.learners import Learners
from legacy_cnn.lab.queue import Queue
from legacy_cnn.lab.room import Room
from legacy_cnn.settings import LabSettings
from tests.support.labs import served

pytestmark = pytest.mark.tensorflow

IMAGE = base64.b64encode(bytes(784)).decode()
RUN = {"fetch": "add_3", "image": IMAGE, "label": 3, "keep_prob": 0.8, "fed": ["x", "keep_prob"]}

#: What the page sends.
SOUND = {
    "fetch": {**RUN, "instead": {"add_3": {"fill": "zeros"}}, "times": True},
    "predict": {"image": IMAGE, "keep_prob": 0.8, "runs": 2},
    "run": {"row": "conv1", "dialect": "eager", "image": IMAGE, "label": 4},
    "train": {"variant": "tutorial", "beginning": "scaled", "steps": 1, "anew": False},
    "named": {"number": 1, "named": "nothing"},
    "side-by-side": {"beginning": "no such"},
}

VALUES = [
    True, "\ud800", [[]], None, 0, -1, 7, 10**30, 1e308, 0.5, float("nan"), float("-inf"), "",
    "add_3", "x" * 1000, [], {}, [1] * 50, [{}], ["x"], [["x"]], {"add_3": {"fill": []}},
    {"ArgMax": {"fill": "numbers", "numbers": [10**30]}},
    {"Placeholder_2": {"fill": "numbers", "numbers": [10**400]}},
    {"Placeholder_2": {"fill": "numbers", "numbers": [1e39]}}, {"no such": {"fill": "ones"}},
]  # fmt: skip

RAW = [
    b"", b"null", b"3", b"[" * 100_000, b'{"a":' * 50_000, b"9" * 10_000, b'{"label": NaN}',
    b'{"label": ' + b"9" * 6000 + b"}", b"\xff\xfe{\x00}\x00", b'{"label": 1e999}',
]  # fmt: skip


@pytest.fixture(scope="module")
def asked():
    """Asks a lab as one does who has its token."""
    room = Room(LabSettings())
    room.begin(room.draws(scaled=True).initial_weights())
    keys, learners = Keys(), Learners(2)
    lab = Lab(room, Queue(iter(())), learners)
    with served(Gate(lab.application(), keys, learners, is_open=False)) as address:
        inside = requests.Session()
        inside.get(f"{address}/?token={keys.token}")

        def asked(method, path, **more):
            own = {"headers": {"origin": address}, "cookies": inside.cookies, "timeout": 60}
            return requests.request(method, address + path, **own, **more)  # from any thread

        yield asked


def check(answer, sent):
    """An answer in strict JSON; or a refusal, which is a line."""
    last = json.loads(answer.text.strip().splitlines()[-1], parse_constant=pytest.fail)
    assert answer.status_code in (200, 400), (sent, answer.text)
    assert "mistake of its own" not in answer.text, (sent, answer.text)
    if answer.status_code == 400:
        assert last["refused"] and "\n" not in last["refused"], (sent, answer.text)


def changed(generator):
    name = generator.choice([*SOUND])
    body = dict(SOUND[name])
    for _ in range(generator.randint(1, 2)):
        body[generator.choice([*body])] = generator.choice(VALUES)
    return name, json.dumps(body).encode()


def test_changed_requests_are_answered_or_refused(asked):
    generator = random.Random(17)
    bodies = [changed(generator) for _ in range(60)] + [("fetch", raw) for raw in RAW]
    for name, body in bodies:
        check(asked("POST", f"/api/{name}", data=body), (name, body[:200]))


@pytest.mark.first(3)
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_no_value_of_a_field_is_a_mistake_of_the_lab(asked, value):
    for name, body in SOUND.items():
        for field in body:
            sent = json.dumps({**body, field: value}).encode()
            check(asked("POST", f"/api/{name}", data=sent), (name, sent[:200]))


@pytest.mark.parametrize("number", ["", "-1", "²", "٣", "9" * 5000, "1e3", "%00"])
def test_numbers_in_addresses(asked, number):
    for path in ("digit?at", "port?number"):
        assert asked("GET", f"/api/{path}={number}").status_code == 400


@pytest.mark.parametrize("name", ["..%2fapp.py", "%00.html", "x%ff.css", "a" * 5000 + ".js"])
def test_pages_that_there_are_not(asked, name):
    assert asked("GET", f"/page/{name}").status_code == 404


def test_many_at_once(asked):
    statuses = []

    def ask():
        statuses.append(asked("POST", "/api/predict", json=SOUND["predict"]).status_code)

    threads = [threading.Thread(target=ask) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(statuses) == 100 and set(statuses) <= {200, 429}
