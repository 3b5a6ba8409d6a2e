"""The table of public programs that ran to their ends."""

from typing import Any

from experiments.support.markdown import markdown
from experiments.support.old_programs import PROGRAMS, OldProgram
from experiments.support.recorded import read


def old_programs() -> str:
    """What the author of each program printed, and what it prints here."""
    runs = read("old_programs")["runs"]
    rows = [_row(each, runs[each.name]) for each in PROGRAMS if each.name in runs]
    return markdown(
        ["Program", "Source", "Its author", "Here", "As TensorFlow", "CPU time"], rows, 3
    )


def _row(program: OldProgram, run: dict[str, Any]) -> list[object]:
    address = f"https://github.com/{program.repository}/blob/{program.commit}/{program.path}"
    file = program.path.rpartition("/")[2]
    return [
        program.kind,
        f"[{program.repository}, {file}]({address})",
        f"{program.measure} {program.authors:.4g}",
        f"{run['number']:.4g}",
        run["release"],
        f"{run['cpu_seconds']:.0f} s",
    ]
