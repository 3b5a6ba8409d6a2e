"""What the pages show of the recorded training run."""

from experiments.recorded import markdown, read
from legacy_cnn.study.published import published_runs


def output():
    """What it printed."""
    run = read("train")
    epochs = run["results"]["epochs"]
    lines = [
        f"Epoch {each['epoch']} completed out of {len(epochs)} loss: {each['loss']}"
        for each in epochs
    ]
    return "\n".join(["```", *lines, f"Accuracy: {run['results']['accuracy']}", "```"])


def table():
    """Epoch by epoch, beside the published runs."""
    published = published_runs()
    rows = []
    for at, each in enumerate(read("train")["results"]["epochs"]):
        theirs = [
            f"{other.losses[at]:,.0f}" if at < len(other.losses) else "" for other in published
        ]
        own = (
            f"{each['loss']:,.0f}",
            f"{each['train_accuracy']:.4f}",
            f"{each['test_accuracy']:.4f}",
        )
        rows.append([at, *own, *theirs])
    names = [f"Loss of {other.id}" for other in published]
    return markdown(["Epoch", "Loss", "Training accuracy", "Test accuracy", *names], rows, 0)


def setting():
    """What it ran on."""
    run = read("train")
    versions, machine = run["config"]["versions"], run["config"]["machine"]
    return (
        f"`{' '.join(run['config']['command'])}`, seed {run['config']['settings']['seed']}, "
        f"TensorFlow {versions['tensorflow']}, NumPy {versions['numpy']}, Python "
        f"{versions['python']}, {machine['cores']} cores of an {machine['processor']}: "
        f"{run['results']['seconds']['training']:.0f} seconds."
    )
