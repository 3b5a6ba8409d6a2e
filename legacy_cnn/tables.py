"""Results as tables on the terminal."""

from rich import box
from rich.console import Console
from rich.table import Table

_DIGITS = [str(digit) for digit in range(10)]


def evaluation(result):
    """Prints what `evaluation.evaluate` returns."""
    print(
        f"Accuracy: {result['accuracy']:.4f} with the dropout off, on {result['images']:,} images"
    )
    print(f"Accuracy: {result['accuracy_dropout_on']:.4f} with it left on, as the tutorial had it")
    confusion = [[d, *(n or "." for n in row)] for d, row in enumerate(result["confusion"])]
    table("Confusion: label down, prediction across", ["", *_DIGITS], confusion)
    figures = ("precision", "recall", "f1")
    classes = [
        [each["digit"], *(_share(each[name]) for name in figures), each["count"]]
        for each in result["classes"]
    ]
    table("By digit, dropout off", ["", *figures, "images"], classes)


def predictions(result):
    """Prints what `prediction.predict` returns."""
    rows = [
        [each["image"], each["digit"], *(f"{value:.2f}" for value in each["probabilities"])]
        for each in result
    ]
    table(None, ["image", "digit", *_DIGITS], rows)


def data(result):
    """Prints what `inspection.inspect` returns."""
    print(f"{result['set'] or 'A set that is not known by name'}: every file is sound")
    for file in result["files"]:
        origin = "SHA-256 as published" if file["known"] else "structure checked"
        print(f"  {file['name']}  {' x '.join(map(str, file['shape']))}  {origin}")
        print(f"    {file['path']}")
    if result["exported_to"]:
        print(f"Written to {result['exported_to']}")


def _share(value):
    return "-" if value is None else f"{value:.4f}"


def table(title, header, rows, left=("image",)):
    """Prints a table; columns are flush right but for those named in `left`."""
    made = Table(title=title, box=box.SIMPLE_HEAD, title_justify="left", padding=(0, 1, 0, 0))
    for name in header:
        made.add_column(name, justify="left" if name in left else "right", overflow="fold")
    for row in rows:
        made.add_row(*map(str, row))
    Console(highlight=False).print(made)
