"""The text of `main`: data, training, and what the script printed."""

from collections.abc import Iterator

from legacy_cnn.porting.writing.lines import Line, plain
from legacy_cnn.porting.writing.runs import Run
from legacy_cnn.porting.writing.training import Training


def lines(run: Run, training: Training) -> Iterator[Line]:
    """`def main():`"""
    yield Line("def main():")
    yield Line("    model = build_model()")
    if not run.loader or not training.is_trained:
        yield Line("    model.summary()")
        return
    yield Line(f"    mnist = {run.loader}")
    labels = "labels" if training.labels == "y" else "images"
    size = f", batch_size={run.batch_size}" if run.batch_size else ""
    data = f"mnist.train.images, mnist.train.{labels}"
    yield from plain(f"model.fit({data}{size}, epochs={run.epochs}, verbose=2)", 4)
    yield Line(f"    print(model.evaluate(mnist.test.images, mnist.test.{labels}, verbose=0))")
