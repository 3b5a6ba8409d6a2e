"""A contender's process: takes steps when it is asked to, and says how long each took.

    python -m legacy_cnn.bench.worker CONTENDER THREADS

A contender is the JSON of a `Contender`. Requests come line by line on stdin and replies go out on
stdout, each one JSON: `{"train": N}` asks for N steps, `{"evaluate": N}` for N passes through the
test set, `{"details": 1}` for what else there is. The first reply, without a request, comes after
the first step. What the contender itself prints goes to stderr.
"""

import json
import sys
import time

from legacy_cnn.workers.conversation import Conversation, peak_memory, use_cores

#: Of so many images the logits of one are sent.
COMPARED = 100


class Over(Exception):
    """No more steps are asked for."""


def steps(conversation):
    """A coroutine that is sent on after each step, with its seconds or None.

    A step before those that are timed refills the caches that others have used meanwhile.
    """
    yield
    conversation.reply(first_step=time.monotonic())
    while wanted := conversation.next("train"):
        yield
        yield from _timed(conversation, wanted)
    raise Over


def _timed(conversation, wanted):
    seconds = []
    started = time.perf_counter()
    for _ in range(wanted):
        own = yield
        now = time.perf_counter()
        seconds.append(now - started if own is None else own)
        started = now
    conversation.reply(seconds=seconds, memory=peak_memory())


def train(program, conversation):
    turns = steps(conversation)
    next(turns)
    try:
        program.train(lambda seconds=None: turns.send(seconds))
    except Over:
        return


def evaluate(program, conversation, wanted):
    """Passes through the test set; every hundredth image's logits are for a comparison of what
    they compute."""
    import numpy as np

    from legacy_cnn.bench.contenders.base import test_set, weights

    images, labels = test_set()
    program.load(weights())
    program.warm_up(images)
    while wanted:
        seconds = []
        for _ in range(wanted):
            started = time.perf_counter()
            logits = program.logits(images)
            accuracy = float(np.mean(logits.argmax(1) == labels))
            seconds.append(time.perf_counter() - started)
        conversation.reply(
            seconds=seconds,
            memory=peak_memory(),
            accuracy=accuracy,
            logits=logits[::COMPARED].astype(float).tolist(),
        )
        wanted = conversation.next("evaluate")


def main(contender, threads):
    use_cores(int(threads))
    conversation = Conversation()
    from legacy_cnn.bench.contenders import Contender

    program = Contender(**json.loads(contender)).program()
    train(program, conversation)
    if wanted := conversation.next("evaluate"):
        evaluate(program, conversation, wanted)
    conversation.next("details")
    conversation.reply(details=program.details())


if __name__ == "__main__":
    main(*sys.argv[1:])
