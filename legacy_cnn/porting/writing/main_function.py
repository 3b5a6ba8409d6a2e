"""The text of `main`: data, training, and what the script printed."""

from collections.abc import Iterator

from legacy_cnn.porting.origins import Origin
from legacy_cnn.porting.writing.lines import Line
from legacy_cnn.porting.writing.running import Run, batches
from legacy_cnn.porting.writing.running.batches import SHOWN
from legacy_cnn.porting.writing.text import commented
from legacy_cnn.porting.writing.training import Training


def lines(run: Run, training: Training) -> Iterator[Line]:
    """`def main():`"""
    yield Line("def main():")
    if run.data is None or not training.is_trained:
        yield Line("    model = build_model()")
        yield Line("    model.summary()")
        return
    if run.seed is not None:
        yield Line(f"    keras.utils.set_random_seed({run.seed})")
    sets = ["_train", *(["_valid"] if run.data.has_validation else []), "_test"]
    named = [_names(run, training, one) for one in (sets if run.data.has_test else [""])]
    paired = map(_paired, named) if len(named) > 1 else named
    yield Line(f"    {', '.join(paired)} = load_data()")
    yield Line("    model = build_model()")
    schedule = run.schedule
    size = f"batch_size={run.data.batch_size}" if run.data.batch_size else ""
    is_shown = schedule.epochs <= SHOWN or schedule.repeats
    evaluated = {"test": named[-1], "validation": named[min(1, len(named) - 1)]}.get(run.tested_on)
    options = [
        _fitted(run, training, named[0]),
        "" if schedule.is_streamed else size,
        f"steps_per_epoch={schedule.steps}" if schedule.steps else "",
        f"epochs={schedule.epochs}" if schedule.epochs > 1 else "",
        # Keras warns of what shuffles itself, unless it is told not to.
        "shuffle=False" if schedule.is_streamed or not run.data.shuffles else "",
        f"validation_data=({_labelled(training, evaluated)})" if evaluated else "",
        f"verbose={2 if is_shown else 0}",
    ]
    yield from _said(f"model.fit({', '.join(filter(None, options))})", run.loop, run.note)
    yield from _evaluating(run, training, named[-1], size)


def _fitted(run: Run, training: Training, names: str) -> str:
    """What `fit` goes through: arrays, or batches of them."""
    given = _labelled(training, names)
    return f"batches({given})" if run.schedule.is_streamed else given


def _evaluating(run: Run, training: Training, names: str, size: str) -> Iterator[Line]:
    assigned = "_, accuracy" if training.has_accuracy else "loss"
    options = [_labelled(training, names), "" if training.has_accuracy else size, "verbose=0"]
    if run.data is not None and run.data.noise:
        steps = f"steps=len({names.partition(',')[0]}) // {run.data.batch_size}"
        options = [f"batches({options[0]})", steps, "verbose=0"]
    yield Line(f"    {assigned} = model.evaluate({', '.join(filter(None, options))})")
    yield from _said(run.printed, run.print_origin)


def definitions(run: Run, training: Training) -> Iterator[list[Line]]:
    """The functions that `main` calls: what loads the data, and makes batches of them."""
    if run.data is None or not training.is_trained:
        return
    yield from run.data.definitions
    if run.data.noise:
        yield run.data.noise
    if run.schedule.is_streamed:
        names = ["x", "y"][: 1 + ("," in _labelled(training, _names(run, training, "")))]
        yield batches.definition(run.schedule, run.data, names)


def _names(run: Run, training: Training, suffix: str) -> str:
    is_labelled = training.labels == "y" or (run.data is not None and run.data.takes_labels)
    return f"x{suffix}, y{suffix}" if is_labelled else f"x{suffix}"


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
