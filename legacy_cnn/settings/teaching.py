"""Settings of the lessons."""

import dataclasses

from legacy_cnn.declarations import Checked, setting


@dataclasses.dataclass(frozen=True, kw_only=True)
class LessonSettings(Checked):
    """Where notebooks find what they need."""

    repository: str | None = setting(
        None,
        shown="none: what needs it is left out",
        metavar="URL",
        help="address of this project's repository, as GitHub has it, from which the first cell of "
        "a notebook installs the package, and to which links lead",
    )
