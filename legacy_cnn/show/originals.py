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
        "settings": in_words(
            {name: value for name, value in result.settings.items() if value is not None}
        ),
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
            release.versions.get("python", numbers.NONE),
            *(_relative(release, part) for part in parts),
            numbers.two_digits(release.ratio),
        ]
        for name, release in result.releases.items()
    ]


def agreement_header(result: OriginalsComparison) -> list[str]:
    """The headings of `agreement_rows`."""
    return ["release", "Python", *_parts(result), "ratio"]


def _parts(result: OriginalsComparison) -> list[str]:
    return list(
        dict.fromkeys(part for release in result.releases.values() for part in release.parts)
    )


def _relative(release: ReleaseAgreement, part: str) -> str:
    return (
        numbers.difference(release.parts[part].relative) if part in release.parts else numbers.NONE
    )


def _differences(result: OriginalsComparison) -> Table:
    verdicts = [
        Mark("same", "good") if release.same else Mark("different", "bad")
        for release in result.releases.values()
    ]
    rows = [[*row, verdict] for row, verdict in zip(agreement_rows(result), verdicts, strict=True)]
    bounds = {release.bound for release in result.releases.values()}
    notes = [
        "loss to weights: largest difference, relative to the largest value of its tensor",
        "ratio: largest difference of an element, divided by its measured noise; "
        f"up to {' or '.join(map(numbers.two_digits, sorted(bounds)))} it is rounding",
    ]
    header = [*agreement_header(result), "verdict"]
    left = ["release", "Python", "verdict"]
    return Table("Steps of training from equal states", header, rows, left, notes)


def _worst(result: OriginalsComparison) -> Table:
    rows = []
    for name, release in result.releases.items():
        for part, agreement in release.parts.items():
            ratio = numbers.two_digits(agreement.ratio)
            rows.append([name, part, ratio, agreement.tensor, agreement.step])
    header = ["release", "part", "ratio", "tensor", "step"]
    return Table("Largest ratios", header, rows, ["release", "part", "tensor"])


def _times(result: OriginalsComparison) -> Table:
    rows = [
        [
            name,
            numbers.milliseconds(release.seconds_there),
            numbers.milliseconds(release.seconds_here),
            numbers.times(release.seconds_there / release.seconds_here)
            if release.seconds_here
            else "-",
        ]
        for name, release in result.releases.items()
    ]
    notes = ["medians of the same steps, taken in turns; each also fetches the gradients"]
    header = ["release", "in the release, ms", "today, ms", "ratio"]
    return Table("Time of a step", header, rows, ["release"], notes)
