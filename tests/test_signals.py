"""Signals that ask the process to end: raised as an interrupt, or noted."""

import os
import signal
import threading

import pytest

from legacy_cnn.commandline import signals
from legacy_cnn.streams import redirected

ENDING = [signal.SIGTERM, signal.SIGHUP]


@pytest.fixture(autouse=True)
def handlers():
    """Nobody has the signals ignored, as nohup does; afterwards all handlers are as before."""
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)
    handlers = {each: signal.getsignal(each) for each in (signal.SIGINT, *ENDING)}
    yield handlers
    assert {each: signal.getsignal(each) for each in handlers} == handlers
    signal.signal(signal.SIGHUP, before)


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_is_raised(number):
    with pytest.raises(KeyboardInterrupt) as caught, signals.raised():
        signal.raise_signal(number)
    assert caught.value.args == (number,)


@pytest.mark.parametrize("number", [signal.SIGINT, *ENDING])
def test_the_first_signal_is_noted_and_the_second_kills(number):
    with signals.raised(), signals.noted() as stop:
        assert not stop() and stop.number is None
        signal.raise_signal(number)
        assert stop() and stop.number == number and stop.status == 128 + number
        for each in (signal.SIGINT, *ENDING):
            assert signal.getsignal(each) == signal.SIG_DFL


def test_the_first_signal_is_replied_to_at_once(capfd):
    with (
        open(os.devnull, "w") as nowhere,
        signals.noted("Stopping.") as stop,
        redirected(2, nowhere),  # as while TensorFlow is imported
    ):
        signal.raise_signal(signal.SIGINT)
        assert stop()
    assert capfd.readouterr().err == "Stopping.\n"


def test_what_nohup_ignores_stays_ignored():
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    for block in (signals.raised(), signals.noted()):
        with block:
            assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def test_another_thread_leaves_the_handlers_alone():
    seen = []

    def run():
        with signals.noted():
            seen.append(signal.getsignal(signal.SIGTERM))

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [signal.getsignal(signal.SIGTERM)]
