"""Control characters in texts from anywhere, such as the names of files, made visible."""


def escaped_controls(value: object) -> str:
    """Returns a text for a terminal: characters that are not printable are escaped.

    A control character could otherwise move the cursor or change the colours of the terminal.
    """
    return "".join(
        character if character.isprintable() else character.encode("unicode_escape").decode()
        for character in str(value)
    )
