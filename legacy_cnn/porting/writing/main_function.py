"""The text of `main`: data, training, and what the script printed."""

from collections.abc import Iterator

from legacy_cnn.porting.origins import Origin
from legacy_cnn.porting.writing.lines import Line
from legacy_cnn.porting.writing.running import Run
from legacy_cnn.porting.writing.text import commented
from legacy_cnn.porting.writing.training import Training

#: Epochs of which each prints its loss.
SHOWN = 100


def lines(run: Run, training: Training) -> Iterator[Line]:
    """`def main():`"""
    yield Line("def main():")
    if run.data is None or not training.is_trained:
        yield Line("    model = build_model()")
        yield Line("    model.summary()")
        return
    train, test = _names(training, "_train" if run.data.has_test else ""), ""
    if run.data.has_test:
        test = _names(training, "_test")
        yield Line(f"    {_paired(train)}, {_paired(test)} = load_data()")
    else:
        yield Line(f"    {train} = load_data()")
    yield Line("    model = build_model()")
    verbose = 2 if run.epochs <= SHOWN else 0
    options = [
        _labelled(training, train),
        f"batch_size={run.batch_size}" if run.batch_size else "",
        f"steps_per_epoch={run.steps}" if run.steps else "",
        f"epochs={run.epochs}" if run.epochs > 1 else "",
        "" if run.shuffles else "shuffle=False",
        f"verbose={verbose}",
    ]
    yield from _said(f"model.fit({', '.join(filter(None, options))})", run.loop, run.note)
    yield from _evaluating(run, training, test or train)


def _evaluating(run: Run, training: Training, names: str) -> Iterator[Line]:
    size = f", batch_size={run.batch_size}" if run.batch_size and not run.data else ""
    assigned = "_, accuracy" if training.has_accuracy else "loss"
    data = _labelled(training, names)
    yield Line(f"    {assigned} = model.evaluate({data}{size}, verbose=0)")
    yield from _said(run.printed, run.print_origin)


def _names(training: Training, suffix: str) -> str:
    return f"x{suffix}, y{suffix}" if training.labels == "y" else f"x{suffix}"


def _paired(names: str) -> str:
    return f"({names})" if "," in names else names


def _labelled(training: Training, names: str) -> str:
    """The arguments of `fit`: inputs that are their own labels are given twice.

    A model with a loss of its own takes them from its inputs.
    """
    is_twice = training.labels == "x" and training.model_class == "keras.Model"
    return f"{names}, {names}" if is_twice else names


def _said(text: str, origin: Origin | None, note: str = "") -> Iterator[Line]:
    place = origin.shown.replace(", line ", ":") if origin else ""
    comment = ": ".join(filter(None, (place, note)))
    yield from (Line(line, origin) for line in commented(text, comment, 4))
