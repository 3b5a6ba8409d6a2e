"""What the pages show of the recorded training run."""

from experiments.support.markdown import markdown
from experiments.support.recorded import read
from legacy_cnn.show.numbers import accuracy, loss
from legacy_cnn.study.published import published_runs


def output() -> str:
    """What it printed."""
    results = read("train")["results"]
    epochs = results["epochs"]
    lines = [
        f"Epoch {epoch['epoch']} completed out of {len(epochs)} loss: {epoch['loss']}"
        for epoch in epochs
    ]
    return "\n".join(["```", *lines, f"Accuracy: {results['accuracy']}", "```"])


def table() -> str:
    """Epoch by epoch, beside the published runs."""
    columns: dict[str, list[str]] = {}
    epochs = read("train")["results"]["epochs"]
    columns["Epoch"] = [str(epoch["epoch"]) for epoch in epochs]
    columns["Loss"] = [loss(epoch["loss"]) for epoch in epochs]
    columns["Training accuracy"] = [accuracy(epoch["train_accuracy"]) for epoch in epochs]
    columns["Test accuracy"] = [accuracy(epoch["test_accuracy"]) for epoch in epochs]
    for run in published_runs():
        losses = [loss(value) for value in run.losses[: len(epochs)]]
        columns[f"Loss of {run.id}"] = losses + [""] * (len(epochs) - len(losses))
    return markdown(list(columns), list(zip(*columns.values(), strict=True)), 0)


def setting() -> str:
    """What it ran on."""
    config, results = read("train")["config"], read("train")["results"]
    versions, machine = config["versions"], config["machine"]
    return (
        f"`{' '.join(config['command'])}`, seed {config['settings']['seed']}, "
        f"TensorFlow {versions['tensorflow']}, NumPy {versions['numpy']}, Python "
        f"{versions['python']}, {machine['cores']} cores of an {machine['processor']}: "
        f"{results['seconds']['training']:.0f} seconds."
    )
