"""How the program that runs now is run; `legacy-cnn run` and `install()` set it."""

from legacy_cnn.settings import RunSettings

current = RunSettings()

#: Old names that the program looks for, and uses only if they are there, which its release did not
#: have.
hidden: frozenset[str] = frozenset()

#: The release that a program sees if nothing else is said.
RELEASE = "1.15.5"


def release() -> str:
    """The release that the program sees."""
    return current.release or RELEASE
