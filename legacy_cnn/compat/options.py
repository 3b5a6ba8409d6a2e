"""How the program that runs now is run; `legacy-cnn run` and `install()` set it."""

from legacy_cnn.settings import RunSettings
from legacy_cnn.settings.running import RELEASES

current = RunSettings()

#: Old names that the program looks for, and uses only if they are there, which its release did not
#: have.
hidden: frozenset[str] = frozenset()

#: The release that a program sees if nothing else is said.
RELEASE = RELEASES[-1]


def release() -> str:
    """The release that the program sees."""
    return current.release or RELEASE
