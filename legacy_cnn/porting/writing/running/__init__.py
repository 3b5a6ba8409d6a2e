"""How a script trains: its data, batch size, epochs, and what it prints in the end."""

import dataclasses
from collections.abc import Sequence

from legacy_cnn.porting.origins import Origin, Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing.running import arrays, batches, lengths, mnist_rows, prints
from legacy_cnn.porting.writing.running.batches import Schedule
from legacy_cnn.porting.writing.running.data import Data
from legacy_cnn.porting.writing.running.script import Script
from legacy_cnn.porting.writing.training import Training


@dataclasses.dataclass
class Run:
    """What `main` does."""

    data: Data | None = None  #: None where nothing is known of them
    schedule: Schedule = dataclasses.field(default_factory=Schedule)
    loop: Origin | None = None  #: the script's, around its training steps
    note: str = ""  #: what the number of epochs does not say
    seed: int | None = None  #: of all that is drawn
    tested_on: str = ""  #: what it evaluates on while it trains: "test" or "validation"
    printed: str = ""  #: the statement that prints the last number
    print_origin: Origin | None = None


def run_of(reading: Reading, origins: Origins, training: Training) -> Run:
    """What can be told of a reference's training."""
    if not training.is_trained:
        return Run()
    script = Script.of(reading.side, origins)
    has_labels = training.labels == "y"
    data = mnist_rows.data_of(reading.side, script, has_labels)
    data = data or arrays.data_of(reading.side, has_labels)
    run = Run(data, seed=script.seed())
    if data is not None:
        script.learn_examples(data.examples)
    length = lengths.length_of(script, _names_of_step(reading, origins))
    run.loop, run.schedule = length.loop, Schedule(length.epochs or 1)
    if data is not None:
        length = _without_turns(length, reading.side.stages)
        run.schedule = batches.schedule_of(data, length)
        if length.steps is not None and not length.epochs and not data.is_whole:
            run.note = f"the script takes {length.steps:,} steps"
        run.tested_on = lengths.tested_on(script) if data.has_test and not data.noise else ""
    name = "accuracy" if training.has_accuracy else "loss"
    if training.has_several_losses:  # the script prints one or another, `evaluate` returns one
        run.printed = 'print("loss:", loss)'
        return run
    words = prints.words(training.has_accuracy, data is not None and data.has_test)
    run.printed, run.print_origin = prints.last(script, words, name)
    return run


def _without_turns(length: lengths.Length, stages: Sequence[object]) -> lengths.Length:
    """A length whose innermost loop runs an operation several times within one step."""
    times = max(stages.count(stage) for stage in stages) if stages else 1
    if times == 1 or not length.epochs or not length.steps or length.inner != times:
        return length
    if length.steps == length.epochs * times:
        return dataclasses.replace(length, epochs=None, steps=length.epochs)
    return dataclasses.replace(length, steps=length.steps // times)


def _names_of_step(reading: Reading, origins: Origins) -> list[str]:
    """What the script calls its training step."""
    train = reading.side.names.train
    names = [train] if isinstance(train, str) else list(train or ())
    found: list[str] = []
    for name in names:
        op = str(getattr(name, "name", name)).partition(":")[0]
        found += origins.assigned(reading.side.graph.get_operation_by_name(op))
    return list(dict.fromkeys(found))
