"""Moves a trained checkpoint of TensorFlow 1 into a port, and proves that it computes the same."""

import os
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import keras

from legacy_cnn import files
from legacy_cnn.errors import ParityError
from legacy_cnn.parity.given import checked_feeds
from legacy_cnn.parity.ladder import compare
from legacy_cnn.parity.names import Mapping as Names
from legacy_cnn.parity.opening import ground_of
from legacy_cnn.parity.references import open_reference
from legacy_cnn.parity.rungs import RUNGS
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.parity.sides.opening import build_model
from legacy_cnn.parity.usercode import guarded
from legacy_cnn.porting import by_name
from legacy_cnn.porting.averages import averages_of
from legacy_cnn.programs import permitted
from legacy_cnn.settings import ParitySettings
from legacy_cnn.show.report.conclusion import lines
from legacy_cnn.weights.checkpoints import checkpoint_at, read_checkpoint

#: Rungs that prove it: what both programs compute of the same images with these weights.
PROVING = ("weights", "forward", "predictions")


def convert(
    source: str | os.PathLike[str],
    target: str | os.PathLike[str],
    into: Any,
    *,
    mapping: Names | None = None,
    feeds: Mapping[str, Any] | None = None,
    trust: bool = False,
    warn: Callable[[str], object] | None = None,
) -> Path:
    """Writes a port with the weights of a checkpoint as a new `.keras` file.

    Where the graph of the checkpoint, `X.meta`, lies beside it, the port's output and layers are
    compared with the graph's, and nothing is written if they differ. Else only names and shapes say
    which weight is which. The slots of optimizers and moving averages of weights are set aside.

    Args:
      source: the checkpoint's prefix X, one of its files, or the directory of the latest one; of
        either of TensorFlow's formats.
      target: the new file.
      into: what builds the port: `module:function`, `file.py:function`, a function, a `.keras`
        file, or a model.
      mapping: names of the graph, and which parameter is which variable of the port.
      feeds: what placeholders of the graph are fed: name -> (in training, otherwise).
      trust: whether the graph may have any operation.
      warn: called with a sentence about what was proved.

    Returns:
      The target.

    Raises:
      ParityError: the weights do not fit the port, or it computes something else with them.
      ForeignGraphError: the graph has an operation that it may not have.
      WeightsError: the checkpoint cannot be read.
      RunError: `target` already exists.
    """
    path = Path(target)
    files.check_new(path, "target")
    if path.suffix != ".keras":
        raise ParityError(f"{path} must end in .keras: it is the port with the weights.")
    prefix = checkpoint_at(Path(source))
    with guarded("The weights could not be moved"), permitted.trusting(trust):
        model = build_model(into)
        said = _filled(model, prefix, str(into), mapping or Names(), feeds)
    write(model, path)
    if warn:
        warn(said)
    return path


def _filled(
    model: Any, prefix: Path, name: str, mapping: Names, feeds: Mapping[str, Any] | None
) -> str:
    """Assigns the weights to the model, and says what shows that they are right."""
    meta = prefix.with_name(f"{prefix.name}.meta")
    if not meta.exists():
        found = by_name.fill(model, read_checkpoint(prefix), name, mapping.candidate, prefix)
        return (
            f"{found} weights were moved by their names and shapes alone, for there is no {meta}: "
            f"what the port computes with them was not compared."
        )
    fed = None if feeds is None else checked_feeds(feeds, "feeds")
    with open_reference(str(meta), mapping.reference, 1.0, 0, fed) as reference:
        count = moved(model, reference, name, mapping)
        prove(model, reference, name, mapping)
    return (
        f"{count} weights were moved; on {', '.join(PROVING)}, the port is the same as {meta}. Its "
        f"optimizer begins anew."
    )


def moved(model: Any, reference: GraphSide, name: str, mapping: Names) -> int:
    """Assigns the reference's parameters and averages, as they are in the checkpoint."""
    before = reference.beginning()
    weights = {parameter: before[op] for parameter, op in reference.parameters.items()}
    settings = _settings()
    ground = ground_of(reference, model, mapping.candidate, weights, None, settings)
    try:
        pairs = ground.pairs
        if pairs.count:
            raise ParityError(_unpaired(name, pairs))
        state = ground.in_candidate(ground.weights)
        state.update(averages_of(ground, mapping.candidate))
        variables = getattr(ground.candidate, "variables", {})
        for key, value in state.items():
            variables[key].assign(value)
    finally:
        ground.candidate.close()
    return len(state)


def _unpaired(name: str, pairs: Any) -> str:
    missing = [*pairs.missing, *pairs.misfits]
    extra = [variable.name for variable in (*pairs.extra, *pairs.misfits.values())]
    words = [
        f"no place for {', '.join(missing)}" if missing else "",
        f"nothing for {', '.join(extra)}" if extra else "",
    ]
    return (
        f"The checkpoint does not fit {name}: it has {' and '.join(filter(None, words))}. Correct "
        f"the port, or name the pairs in a mapping."
    )


def prove(model: Any, reference: GraphSide, name: str, mapping: Names) -> None:
    """Raises ParityError if the port computes something else."""
    before = reference.beginning()
    report = compare(
        model,
        reference=reference,
        mapping=Names(candidate=mapping.candidate),
        weights={parameter: before[op] for parameter, op in reference.parameters.items()},
        **{**vars(_settings()), "except_for": tuple(set(RUNGS) - set(PROVING))},
    )
    if not report.same:
        raise ParityError(
            f"Nothing was written: with the weights of the checkpoint, {name} is another program. "
            f"{' '.join(lines(report))}"
        )


def _settings() -> ParitySettings:
    return ParitySettings(steps=1, batch_size=16)


def write(model: keras.Model, path: Path) -> None:
    """Writes a model as a `.keras` file, whole or not at all."""
    with tempfile.TemporaryDirectory() as directory, files.replacing(path) as file:
        saved = Path(directory) / "model.keras"  # Keras writes only to a name that ends so
        model.save(saved)
        file.write(saved.read_bytes())
