"""What a terminal is shown of texts from anywhere, such as names of files and addresses."""

import re


def escaped_controls(value: object) -> str:
    """Returns a text for a terminal: characters that are not printable are escaped.

    A control character could otherwise move the cursor or change the colours of the terminal.
    Passwords in addresses are left out.
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in without_passwords(str(value))
    )


def without_passwords(text: str) -> str:
    """Returns a text whose addresses, also as paths with one slash, lack what is before their @."""
    return re.sub(r"([A-Za-z][A-Za-z0-9+.-]+:/+)\S*@", r"\1...@", text)


def without_password(address: str) -> str:
    """Returns an address without what it has before its last @: a user's name and password."""
    return re.sub(r"^([A-Za-z]+:/*)?.*@", r"\1...@", address)
