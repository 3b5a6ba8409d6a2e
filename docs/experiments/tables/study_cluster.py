"""The tables of docs/how-to/reproduce.md on studies on several machines, from the recorded JSON."""

from experiments.support.markdown import markdown
from experiments.support.recorded import read


def study_kills() -> str:
    """What has become of studies of which a process was killed."""
    record = read("study_kills")
    rows = [
        [
            row["killed"],
            "shared" if row["shared"] else "not shared",
            row["kills"],
            row["right"],
            row["commands"] - row["kills"],
            row["repeated"],
            row["again"],
        ]
        for row in record["rows"]
    ]
    head = ["Killed", "Storage", "Kills", "Right", "Command run again", "Repeated", "Begun anew"]
    return markdown(head, rows, 2)
