"""Texts from anywhere, made fit for a terminal or a page."""


def printable(value: object) -> str:
    """A text in one line, with U+FFFD for each character that is not printable.

    Those are control characters, and what turns the direction of writing.
    """
    text = " ".join(str(value).split())
    return "".join(character if character.isprintable() else "\ufffd" for character in text)


def in_words(value: object) -> str:
    """A setting in words: nothing for None, yes and no, all parts of a dict."""
    if isinstance(value, dict):
        return ", ".join(f"{name} {in_words(inner)}" for name, inner in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(map(in_words, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value)


def setting_name(name: str) -> str:
    """The name of a setting in words."""
    return name.replace("keep_prob", "keep probability").replace("_", " ")
