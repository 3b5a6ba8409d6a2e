"""The tables of docs/robustness.md, from the recorded JSON."""

from experiments.photographs import kinds
from experiments.support.markdown import markdown
from experiments.support.recorded import read

#: Kind of inputs -> what was changed, and the command that reads it.
_KINDS = {
    "idx": ("IDX files", "data"),
    "gzip": ("gzipped IDX files", "data"),
    "npz": (".npz files", "convert"),
    "keras": (".keras files", "convert"),
    "checkpoint": ("checkpoints", "convert"),
    "result": ("results, as JSON", "show"),
    "config": ("config.json of a run", "train --resume"),
    "progress": ("the sealed progress of a checkpoint", "evaluate"),
    "mapping": ("names for a graph", "parity --map"),
    "feeds": ("feeds", "parity --feeds"),
    "picture": ("PNG and JPEG pictures", "predict"),
    "address": ("addresses of mirrors", "data --source-url"),
    "name": ("names of files and directories", "all commands"),
}


def changed_inputs() -> str:
    """How the commands end for inputs that were changed at random."""
    record = read("changed_inputs")
    rows = [
        [
            _KINDS[kind][0],
            f"`{_KINDS[kind][1]}`" if kind != "name" else _KINDS[kind][1],
            f"{row['tried']:,.0f}",
            f"{row['refused']:,.0f}",
            f"{row['slowest']:.1f} s",
        ]
        for kind, row in record["kinds"].items()
    ]
    total = sum(row["tried"] for row in record["kinds"].values())
    table = markdown(["Changed", "Read by", "Inputs", "Refused", "Slowest"], rows)
    return (
        f"{table}\n\nNone of these {total:,.0f} inputs ended in a traceback or left anything half "
        f"written. One process tried them all, and took {record['memory'] / 1e9:.1f} GB at most."
    )


def hostile_files() -> str:
    """What files take that claim or unpack to more than they have."""
    record = read("hostile_files")
    rows = [
        [
            kind,
            f"`{row['command']}`",
            f"{row['status']}, {row['lines']} line",
            f"{row['seconds']:.1f} s",
            f"{row['memory'] / 1e9:.1f} GB",
        ]
        for kind, row in record.items()
    ]
    return markdown(["Given", "To", "Exit status, on stderr", "Time", "Memory, at most"], rows)


def kills() -> str:
    """What is left of commands that were killed."""
    rows = [
        [
            f"`{command}`",
            f"{row['kills']:.0f}",
            f"{row['sound']:.0f}",
            f"{row['seconds']:.0f} s",
            f"{row['ended_within']:.1f} s",
        ]
        for command, row in read("kills").items()
    ]
    head = ["Command", "Kills", "Sound after", "Takes", "All its processes ended within"]
    return markdown(head, rows)


def pictures() -> str:
    """How simulated photographs are read."""
    record = read("pictures")
    total = record["pictures"]
    clean = record["read"]["clean"]["right"]
    named = {kind.__name__: kind.__doc__ for kind in (*kinds.READ, *kinds.EMPTY)}
    rows = [
        [
            named[kind],
            _percent(row["right"], total),
            _percent(row["kept"], clean),
            _percent(row["refused"] + row["several"], total),
        ]
        for kind, row in record["read"].items()
    ]
    with_one = markdown(["Beside one digit", "Right", "Kept", "Refused"], rows)
    named |= {
        kind: f"an empty sheet: {named[kind]}" for kind in record["answered"] if kind in named
    }
    named |= {"noise": "noise", "several": "two to five digits on clean paper"}
    rows = [[named[kind], _percent(count, total)] for kind, count in record["answered"].items()]
    without = markdown(["Without one digit", "Answered"], rows)
    return (
        f"{with_one}\n\n{without}\n\nEach row is of {total} pictures. The network classifies "
        f"{_percent(record['mnist'], total)} of the same images correctly from MNIST's own bytes."
    )


def _percent(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} %"
