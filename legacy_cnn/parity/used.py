"""The settings that a comparison has used: of a script, its own batches."""

from collections.abc import Mapping
from typing import Any

from legacy_cnn.parity.ground import Ground
from legacy_cnn.settings import ParitySettings


def used(ground: Ground, settings: ParitySettings, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What a report says of the settings of steps, beside the others.

    Args:
      ground: the comparison.
      settings: all settings.
      asked: those that the user gave, whatever became of them.

    Returns:
      Number and size of the batches, the keep probability, or None if the reference is fed none,
      what else it is fed, and "ignored": what the user gave without effect.
    """
    reference, first = ground.reference, ground.batches[0].images
    keep = reference.names.keep_prob
    switches = {tensor.name: pair for tensor, pair in reference.feeds.switches.items()}
    keep = reference.tensor(keep).name if keep else None
    values: dict[str, Any] = {
        "steps": len(ground.batches),
        "batch_size": len(first) if first.ndim else settings.batch_size,
        "keep_prob": _plain(switches.pop(keep)[0]) if keep in switches else None,
    }
    ignored = [
        f"{name} {asked[name]}" for name, value in values.items() if asked.get(name, value) != value
    ]
    fed = [
        f"{name.partition(':')[0]} {_plain(training)} in training, {_plain(otherwise)} otherwise"
        for name, (training, otherwise) in switches.items()
    ]
    words = {"fed": "; ".join(fed), "ignored": ", ".join(ignored)}
    return {**values, **{name: text for name, text in words.items() if text}}


def _plain(value: Any) -> Any:
    """A number as Python's, for a report; what is longer, as text."""
    size = getattr(value, "size", 1)
    if size != 1:
        return f"an array of {size} numbers"
    plain = value.item() if hasattr(value, "item") else value
    return float(f"{plain:.7g}") if isinstance(plain, float) else plain  # 0.7 in float32
