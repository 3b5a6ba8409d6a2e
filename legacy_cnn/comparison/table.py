"""A comparison of the dialects on the terminal."""

from legacy_cnn.comparison import rows
from legacy_cnn.show.terminal import table


def show(result):
    """Prints what `compare` returns."""
    batch, titles = result["settings"]["batch_size"], list(rows.TITLES.values())
    table(
        f"A step of training in four dialects, batches of {batch}",
        ["", *titles], rows.costs(result), left=("",),
    )  # fmt: skip
    header = ["dialect", "when", "printed"]
    table("What the loss prints in the program, and when", header, rows.prints(result), header)
    table(
        "Largest difference from the graph, of the tensor's largest value",
        ["tensor", *titles[1:]], rows.differences(result), left=("tensor",),
    )  # fmt: skip
