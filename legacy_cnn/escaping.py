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


#: A user, with a password that may have slashes, or without one: an @ of a path follows neither,
#: and a number behind a colon is a port.
_USER = r"(?:[^\s/?#:\[]*:(?!\d+(?:[/?#]|$))\S*|[^\s/?#]*)@"


def without_passwords(text: str) -> str:
    """Returns a text whose addresses, also as paths with one slash, lack users and passwords."""
    return re.sub(rf"(\w[\w+.-]:/+){_USER}", r"\1...@", text)


def without_password(address: str) -> str:
    """Returns what may be no address, without anything before its last @."""
    return re.sub(r"^([A-Za-z]+:/*)?.*@", r"\1...@", address)
