"""The tables of docs/node-differences.md: the listing's graph in old releases, and ours."""

from collections.abc import Iterable

from experiments.support import goldens, graph_differences
from experiments.support.graph_differences import Change
from experiments.support.markdown import markdown


def node_counts() -> str:
    """How many nodes there are, and how many differ."""
    *old, today = goldens.releases()
    here = goldens.read(today)
    rows = []
    for release in old:
        there = goldens.read(release)
        changes = list(graph_differences.changes(there, here))
        counts = [len({each.name for each in changes if each.kind == kind}) for kind in KINDS]
        rows.append([release, len(graph_differences.published(there)), *counts])
    rows.append([f"{today}, ours", len(graph_differences.ours(here)), "", "", ""])
    return markdown(["Release", "Nodes", "Only there", "Only here", "Changed"], rows)


KINDS = ("there", "here", "both")


def node_differences() -> str:
    """Every node that differs, by release and reason."""
    *old, today = goldens.releases()
    here = goldens.read(today)
    parts = []
    for release in old:
        rows = []
        changes = list(graph_differences.changes(goldens.read(release), here))
        for reason in dict.fromkeys(change.reason for change in changes):
            because = [change for change in changes if change.reason == reason]
            cells = [_names(each for each in because if each.kind == kind) for kind in KINDS]
            rows.append([reason, *cells])
        header = ["Why", f"Only in {release}", "Only here", "Changed"]
        parts += [f"## {release}", "", markdown(header, rows, 4), ""]
    return "\n".join(parts).rstrip()


def _names(changes: Iterable[Change]) -> str:
    """Names of nodes, together where the same thing changed."""
    by_what: dict[str, list[str]] = {}
    for change in changes:
        by_what.setdefault(change.what, []).append(f"`{change.name}`")
    return "; ".join(
        f"{what}: {', '.join(names)}" if what else ", ".join(names)
        for what, names in by_what.items()
    )
