"""How the program that runs now is run; `legacy-cnn run` and `install()` set it."""

from legacy_cnn.settings import RunSettings

current = RunSettings()

#: The release that a program sees if nothing else is said.
RELEASE = "1.15.5"


def release() -> str:
    """The release that the program sees."""
    return current.release or RELEASE
