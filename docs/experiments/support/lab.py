"""What the lab's graph answers to digits: every tensor, every program, every port."""

import base64
import sys
import zlib
from typing import Any

import numpy as np

from legacy_cnn.lab import dialects, fetching, predicting, searching, steps
from legacy_cnn.lab.app import facts_of
from legacy_cnn.lab.learners import Learner, Learners
from legacy_cnn.lab.room import Room
from legacy_cnn.settings import LabSettings

#: Digits, and in a quick run.
DIGITS, QUICK = 12, 1
ALL = ["x", "y", "keep_prob"]


def answers(is_quick: bool) -> dict[str, Any]:
    """What the lab's page asks for, with the answers; floats have five digits."""
    room, learners = Room(LabSettings()), Learners(1)
    learner = learners.new()
    for _ in room.first_training():
        if is_quick:
            break
    search = searching.Search(room.settings.threads)
    digits = _digits(room, learner, QUICK if is_quick else DIGITS)
    record = {
        "facts": facts_of(room, search),
        "digits": digits,
        "fetches": _fetches(room, learners, learner, digits, is_quick),
        "programs": _programs(room, learner, digits[0]),
    }
    if not is_quick:
        record |= {
            "side-by-side": steps.SideBySide(room).run("scaled"),
            "ports": [_port(search, number) for number in range(len(search))],
        }
    rounded: dict[str, Any] = _rounded(record)
    return rounded


def _digits(room: Room, learner: Learner, count: int) -> list[dict[str, Any]]:
    """Digits of the test set, half of them such whose answer wavers, with their answers."""
    first = [int(np.argmax(room.sets.test_labels == digit)) for digit in range(10)]
    wavering = [one["at"] for one in predicting.wavering(room, learner)]
    chosen = list(dict.fromkeys([*first[:6], *wavering]))[:count]
    return [_digit(room, learner, at) for at in chosen]


def _digit(room: Room, learner: Learner, at: int) -> dict[str, Any]:
    image = room.sets.test_images[at]
    pixels = np.uint8(np.round(image * 255)).tobytes()

    def answers(keep_prob: float, runs: int) -> dict[str, Any]:
        body = {"keep_prob": keep_prob, "runs": runs}
        found = predicting.predict(room, learner, image, body)
        return {name: np.round(rows, 5).tolist() for name, rows in found.items()}

    return {
        "image": base64.b64encode(pixels).decode(),
        "label": int(room.sets.test_labels[at]),
        "still": answers(1.0, 1),
        "flickering": answers(0.8, 12),
    }


def _fetches(
    room: Room, learners: Learners, learner: Learner, digits: list[dict[str, Any]], is_quick: bool
) -> dict[str, dict[str, Any]]:
    """Operation -> what a fetch of it needs, as numbers of operations, and gives for each digit.

    It is there once, where digits do not differ.
    """
    names = [op.name for op in room.graph.get_operations()]
    order = {name: at for at, name in enumerate(names)}
    found = {}
    for name in names[:: 40 if is_quick else 1]:
        answers = []
        for digit in digits:
            body = {"fetch": name, "image": digit["image"], "label": digit["label"], "fed": ALL}
            request = fetching.Request.of(body)
            answer = fetching.fetch(room, learners, learner, request)
            needed = [order[one] for one in answer.pop("needed")]
            answers.append(_packed(answer))
            if answer.get("changed"):
                learner.reset()
                break
        is_same = all(one == answers[0] for one in answers)
        found[name] = {"needed": needed, "answers": answers[:1] if is_same else answers}
        print(f"\r{len(found)} of {len(names)}", end="", file=sys.stderr)
    return found


def _rounded(value: Any) -> Any:
    """A record whose floats have five digits."""
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_rounded(one) for one in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _packed(answer: dict[str, Any]) -> dict[str, Any]:
    """An answer with its pictures deflated: most of their pixels are alike."""
    value = answer.get("value")
    if value and "pictures" in value:
        count, height, width = value["size"]
        pixels = base64.b64decode(value["pictures"])[: 16 * height * width]
        value["pictures"] = base64.b64encode(zlib.compress(pixels, 9)).decode()
        value["size"] = [min(count, 16), height, width]
    return answer


def _programs(room: Room, learner: Learner, digit: dict[str, Any]) -> dict[str, Any]:
    image, label = fetching.image_of(digit), digit["label"]
    return {
        row: {
            dialect: dialects.run(room, learner, row, dialect, image, label)
            for dialect in dialects.DIALECTS
        }
        for row in dialects.LINES
    }


def _port(search: searching.Search, number: int) -> dict[str, Any]:
    right = [name for name in searching.names() if search.check(number, name)["right"]]
    return {
        "source": search.port(number),
        "rungs": {rung: search.climb(number, rung) for rung in searching.RUNGS},
        "named": {name: search.check(number, name) for name in right},
    }
