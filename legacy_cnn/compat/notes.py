"""What a program was given in another way than its text says; `run` tells it in its last line."""

import sys

from legacy_cnn.compat import program

_notes: dict[str, str] = {}


def note(text: str) -> None:
    """Notes something once, with the program's line that came first.

    Args:
      text: a noun with its verb, such as "softmax_cross_entropy_with_logits took (logits, labels)".
    """
    if text not in _notes:
        _notes[text] = program.place(sys._getframe(1))


def note_at(place: str, text: str) -> None:
    """Notes something once, with a line of the program that is known already."""
    _notes.setdefault(text, place)


def say(text: str) -> None:
    """Notes something that has no line of its own in the program."""
    _notes.setdefault(text, "")


def collected() -> list[str]:
    """The notes, each with its place, in the order in which they came."""
    return [f"{text} ({place})" if place else text for text, place in _notes.items()]


def clear() -> None:
    """Forgets them."""
    _notes.clear()
