"""The tables of docs/node-differences.md: the listing's graph in old releases, and ours."""

import functools
from collections.abc import Iterator, Sequence

from experiments.support import goldens, graph_differences
from experiments.support.graph_differences import Change, Count
from experiments.support.markdown import markdown

#: Kind of a change -> what a list of such nodes is called, of a release.
KINDS = {"there": "Only in {release}", "here": "Only here", "both": "Changed"}


def node_counts() -> str:
    """How many nodes there are, and how many differ."""
    *_, today = goldens.releases()
    here = goldens.read(today)
    rows = []
    for release, changes in _changes().items():
        nodes = [len({change.name for change in changes if change.kind == kind}) for kind in KINDS]
        rows.append([release, len(graph_differences.published(goldens.read(release))), *nodes])
    rows.append([f"{today}, ours", len(graph_differences.ours(here)), "", "", ""])
    return markdown(["Release", "Nodes", "Only there", "Only here", "Changed"], rows)


def node_reasons() -> str:
    """How many nodes differ, by reason and release."""
    by_release = {
        release: graph_differences.counts(changes) for release, changes in _changes().items()
    }
    reasons = dict.fromkeys(reason for counts in by_release.values() for reason in counts)
    rows = [
        [reason, *(_cell(counts, reason) for counts in by_release.values())] for reason in reasons
    ]
    return markdown(["Why", *by_release], rows)


def _cell(counts: dict[str, Count], reason: str) -> str:
    return ", ".join(map(str, counts[reason])) if reason in counts else ""


def node_differences() -> str:
    """Every node that differs, by release and reason."""
    parts = []
    for release, changes in _changes().items():
        parts += [f"## {release}", ""]
        for reason in dict.fromkeys(change.reason for change in changes):
            because = [change for change in changes if change.reason == reason]
            parts += [f"**{reason}.**", "", *_lists(release, because), ""]
    return "\n".join(parts).rstrip()


@functools.cache
def _changes() -> dict[str, list[Change]]:
    """What differs from ours, by release."""
    *old, today = goldens.releases()
    here = goldens.read(today)
    return {
        release: list(graph_differences.changes(goldens.read(release), here)) for release in old
    }


def _lists(release: str, changes: Sequence[Change]) -> Iterator[str]:
    """Lists of nodes, by kind of change, and by what changed."""
    for kind, title in KINDS.items():
        by_what: dict[str, list[str]] = {}
        for change in changes:
            if change.kind == kind:
                by_what.setdefault(change.what, []).append(f"`{change.name}`")
        for what, names in by_what.items():
            head = title.format(release=release) + (f", {what}" if what else "")
            yield f"- {head}: {', '.join(names)}"
