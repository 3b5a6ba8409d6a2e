"""What a step of the listing takes on old releases, and what it takes here."""

from typing import Any

from experiments.original_steps import HERE
from experiments.support import recorded
from experiments.support.markdown import markdown
from legacy_cnn.bench.contenders import BASELINE
from legacy_cnn.processes.ratios import ratio_quartiles

_NONE = "No measurement is recorded yet."

#: The listing here, as fast as today's TensorFlow runs it.
_LISTING = HERE[1]


def original_steps() -> str:
    """The time of a step, and how many times as long it takes as here."""
    record = recorded.read("original_steps")
    contenders = record["contenders"]
    if not contenders:
        return _NONE
    rows = [
        (
            one["title"],
            one["versions"]["python"],
            f"{1e3 * one['median']:.1f}",
            f"{1e3 * one['minimum']:.1f}",
            *(_times(one, contenders.get(name)) for name in (BASELINE, _LISTING)),
        )
        for one in sorted(contenders.values(), key=lambda one: -one["ratio"])
    ]
    header = ("", "Python", "Median (ms)", "Minimum (ms)", "Times legacy-cnn train", "Times the "
              "listing of today")  # fmt: skip
    return f"{_measured_on(record)}\n\n{markdown(header, rows)}"


def _measured_on(record: dict[str, Any]) -> str:
    here = record["contenders"][BASELINE]["versions"]
    sizes = f"{record['threads']} threads, {record['rounds']} rounds of {record['steps']} steps"
    machine = f"{record['machine']['cores']} cores of an {record['machine']['processor']}"
    left_out = [f" {name} could not be measured: {why}" for name, why in record["failed"].items()]
    return f"{machine}, {sizes}; here: TensorFlow {here['tensorflow']}.{''.join(left_out)}"


def _times(one: dict[str, Any], other: dict[str, Any] | None) -> str:
    """How many times as long a step takes as another contender's, with quartiles."""
    if other is None:
        return ""
    low, median, high = ratio_quartiles(one["seconds"], other["seconds"])
    return f"{median:.2f} [{low:.2f} to {high:.2f}]"


def faster() -> str:
    """A sentence on each release."""
    contenders = recorded.read("original_steps")["contenders"]
    if not contenders:
        return _NONE
    here = contenders[BASELINE]
    return "\n".join(
        f"- A step takes {1e3 * one['median']:.0f} ms on TensorFlow {name}, and "
        f"{1e3 * here['median']:.0f} ms here: `legacy-cnn train` is {_times(one, here)} times as "
        "fast."
        for name, one in contenders.items()
        if name not in HERE
    )
