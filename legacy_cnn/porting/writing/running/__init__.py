"""How a script trains: its data, batch size, epochs, and what it prints in the end."""

import dataclasses

from legacy_cnn.porting.origins import Origin, Origins
from legacy_cnn.porting.reading import Reading
from legacy_cnn.porting.writing.running import arrays, lengths, mnist_rows, prints
from legacy_cnn.porting.writing.running.data import Data
from legacy_cnn.porting.writing.running.script import Script
from legacy_cnn.porting.writing.training import Training


@dataclasses.dataclass
class Run:
    """What `main` does."""

    data: Data | None = None  #: None where nothing is known of them
    batch_size: int | None = None
    epochs: int = 1
    steps: int | None = None  #: of an epoch, if these are fewer than the data have batches
    loop: Origin | None = None  #: the script's, around its training steps
    note: str = ""  #: what the number of epochs does not say
    shuffles: bool = True
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
    run = Run(data, data.batch_size if data else None)
    length = lengths.length_of(script, _names_of_step(reading, origins))
    run.loop, run.epochs = length.loop, length.epochs or 1
    if data is not None:
        run.shuffles = data.shuffles
        count_epochs(run, data, length)
    name = "accuracy" if training.has_accuracy else "loss"
    if training.has_several_losses:  # the script prints one or another, `evaluate` returns one
        run.printed = 'print("loss:", loss)'
        return run
    words = prints.words(training.has_accuracy, data is not None and data.has_test)
    run.printed, run.print_origin = prints.last(script, words, name)
    return run


def count_epochs(run: Run, data: Data, length: lengths.Length) -> None:
    """Turns a number of steps into one of epochs."""
    if length.steps is None:
        return
    if data.examples and data.batch_size and data.is_whole:
        per_epoch = -(-data.examples // data.batch_size)
        run.epochs = max(1, round(length.steps / per_epoch))
        if length.steps < per_epoch:
            run.steps = length.steps
        elif data.batch_size != data.examples:
            run.note = f"the script takes {length.steps:,} steps"
    elif not length.epochs:
        run.note = f"the script takes {length.steps:,} steps"


def _names_of_step(reading: Reading, origins: Origins) -> list[str]:
    """What the script calls its training step."""
    train = reading.side.names.train
    names = [train] if isinstance(train, str) else list(train or ())
    found: list[str] = []
    for name in names:
        op = str(getattr(name, "name", name)).partition(":")[0]
        found += origins.assigned(reading.side.graph.get_operation_by_name(op))
    return list(dict.fromkeys(found))
