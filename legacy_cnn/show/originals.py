"""The view of a comparison with old releases: what differs, a row a release."""

from legacy_cnn.results import OriginalsComparison
from legacy_cnn.results.originals import ReleaseAgreement
from legacy_cnn.show import numbers
from legacy_cnn.show.blocks import Block, Facts, Mark, Table, Text
from legacy_cnn.show.texts import in_words


def title(result: OriginalsComparison) -> str:
    return "The tutorial's program on old releases of TensorFlow, compared with today's"


def blocks(result: OriginalsComparison) -> list[Block]:
    environment: dict[str, object] = {
        "versions": in_words(result.versions),
        "machine": in_words(result.machine),
        "settings": in_words({name: one for name, one in result.settings.items() if one}),
    }
    shown: list[Block] = [Facts(environment)]
    if result.releases:
        shown += [_differences(result), _worst(result), _times(result)]
    failed = result.failed.items()
    return [*shown, *(Text(f"{name} could not be compared: {reason}") for name, reason in failed)]


def agreement_rows(result: OriginalsComparison) -> list[list[str]]:
    """Rows: a release, its Python, and the largest relative difference of each kind of tensor."""
    parts = _parts(result)
    return [
        [
            name,
            one.versions.get("python", numbers.NONE),
            *(_relative(one, part) for part in parts),
            numbers.two_digits(one.ratio),
        ]
        for name, one in result.releases.items()
    ]


def agreement_header(result: OriginalsComparison) -> list[str]:
    """The headings of `agreement_rows`."""
    return ["release", "Python", *_parts(result), "ratio"]


def _parts(result: OriginalsComparison) -> list[str]:
    return list(dict.fromkeys(part for one in result.releases.values() for part in one.parts))


def _relative(one: ReleaseAgreement, part: str) -> str:
    return numbers.difference(one.parts[part].relative) if part in one.parts else numbers.NONE


def _differences(result: OriginalsComparison) -> Table:
    verdicts = [
        Mark("same", "good") if one.same else Mark("different", "bad")
        for one in result.releases.values()
    ]
    rows = [[*row, verdict] for row, verdict in zip(agreement_rows(result), verdicts, strict=True)]
    bounds = {one.bound for one in result.releases.values()}
    notes = [
        "loss to weights: largest difference, relative to the largest value of its tensor",
        "ratio: largest difference of an element, divided by its measured noise; "
        f"{' and '.join(map(numbers.two_digits, sorted(bounds)))} is the most that is the same",
    ]
    header = [*agreement_header(result), "verdict"]
    left = ["release", "Python", "verdict"]
    return Table("Steps of training from equal states", header, rows, left, notes)


def _worst(result: OriginalsComparison) -> Table:
    rows = []
    for name, one in result.releases.items():
        for part, agreement in one.parts.items():
            ratio = numbers.two_digits(agreement.ratio)
            rows.append([name, part, ratio, agreement.tensor, agreement.step])
    header = ["release", "part", "ratio", "tensor", "step"]
    return Table("Largest ratios", header, rows, ["release", "part", "tensor"])


def _times(result: OriginalsComparison) -> Table:
    rows = [
        [
            name,
            numbers.milliseconds(one.seconds_there),
            numbers.milliseconds(one.seconds_here),
            numbers.times(one.seconds_there / one.seconds_here) if one.seconds_here else "-",
        ]
        for name, one in result.releases.items()
    ]
    notes = ["medians of the same steps, taken in turns; the gradients are fetched, too"]
    return Table("Time of a step", ["release", "there, ms", "here, ms", "ratio"], rows,
                 ["release"], notes)  # fmt: skip
