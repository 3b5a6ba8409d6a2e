"""Studies with made-up numbers, without TensorFlow."""

import base64
import statistics

import numpy as np

from legacy_cnn.results.study import (
    MEASURED,
    Accuracies,
    Data,
    Environment,
    EpochSpreads,
    GraphTensor,
    Mistake,
    Place,
    PublishedPlaces,
    PublishedRun,
    Refusal,
    RefusedVariant,
    RunEpoch,
    SeedRun,
    Specimen,
    Spread,
    Study,
    TrainedVariant,
)

ENVIRONMENT = Environment(
    {"tensorflow": "2.21.0"}, {"processor": "of some kind", "cores": 2}, Data("MNIST", {}), 2
)
PUBLISHED = (
    PublishedRun("C1", "a notebook", "without dropout", (1.5e6, 5.5e5, 9e4), 0.9792),
    PublishedRun("C2", "a script", "two epochs", (2.5e6, 3e5), 0.9513),
)
#: Training -> its loss in the first epoch with the first seed.
SIZES = {"dropout": 2e6, "no-dropout": 1e6, "scaled": 80.0, "swapped-loss": -1e13}
#: Variant -> its training, its number of epochs, the id of its published run.
TRAINED = {
    "published": ("dropout", None, None),
    "fixed": ("dropout", None, None),
    "no-dropout": ("no-dropout", None, "C1"),
    "two-epochs": ("dropout", 2, "C2"),
    "scaled": ("scaled", None, None),
    "swapped-loss": ("swapped-loss", None, None),
}
REFUSED = ("upgraded-loss", "positional-loss", "late-pooling")
REFUSAL = Refusal("built", "ValueError", "No gradients at all")
GRAPH = (
    GraphTensor("x", (784,), (), {}, {}),
    GraphTensor("images", (28, 28, 1), ("Reshape",), {}, {}),
    GraphTensor("conv1", (28, 28, 32), ("Conv2D", "Relu"), {"W_conv1": (5, 5, 1, 32)}, {}),
    GraphTensor("loss", (), ("SoftmaxCrossEntropyWithLogits",), {}, {"y": None, "noise": (3, 4)}),
)


def study(variants=(*TRAINED, *REFUSED), seeds=3, epochs=10, **more):
    """A study of these variants; `more` replaces fields."""
    names = {TRAINED[name][0] for name in variants if name in TRAINED}
    runs = {
        name: tuple(_run(name, seed, epochs) for seed in range(seeds))
        for name in SIZES
        if name in names
    }
    fields = {
        "command": ("legacy-cnn", "reproduce"),
        "made_with": (ENVIRONMENT,),
        "published": PUBLISHED,
        "variants": {name: _variant(name, runs) for name in variants},
        "trainings": runs,
        "specimens": {name: specimen() for name in runs},
        "graph": GRAPH,
    }
    return Study(**{**fields, **more})


def _run(name, seed, epochs):
    size = SIZES[name]
    return SeedRun(seed, tuple(_epoch(size, seed, epoch) for epoch in range(epochs)), 60.0, "0")


def _epoch(size, seed, epoch):
    off = 0.95 + 0.002 * epoch + 0.001 * seed
    on = off if size == SIZES["no-dropout"] else off - 0.01
    return RunEpoch(size * (1 + seed) * (1 + epoch) ** (-1 if size > 0 else 1), 0.9, off, on)


def _variant(name, runs):
    if name in REFUSED:
        return RefusedVariant(f"title of {name}", "lesson on `x`", None, REFUSAL)
    training, most, published = TRAINED[name]
    measured = "test_accuracy" if name != "published" else "test_accuracy_dropout_on"
    own = [run.epochs[:most] for run in runs[training]]
    last = [getattr(run[-1], measured) for run in own]
    return TrainedVariant(
        title=f"title of {name}",
        lesson=f"lesson of {name}",
        training=training,
        measured=measured,
        epochs=EpochSpreads(
            *(
                tuple(
                    spread([getattr(epoch, kind) for epoch in at]) for at in zip(*own, strict=True)
                )
                for kind in MEASURED
            )
        ),
        accuracy=Accuracies(**vars(spread(last)), by_seed=tuple(last)),
        published=_published(published, own, last) if published else None,
    )


def _spreads(runs, kind):
    """A measured quantity epoch by epoch."""
    by_epoch = zip(*runs, strict=True)
    return tuple(spread([getattr(epoch, kind) for epoch in at]) for at in by_epoch)


def _published(name, own, last):
    (run,) = (run for run in PUBLISHED if run.id == name)
    own_losses = ([epoch.loss for epoch in at] for at in zip(*own, strict=True))
    losses = [place(*pair) for pair in zip(run.losses, own_losses, strict=False)]
    accuracy = place(run.accuracy, last) if len(own[0]) == len(run.losses) else None
    return PublishedPlaces(name, tuple(losses), accuracy)


def spread(values):
    deviation = statistics.stdev(values) if len(values) > 1 else None
    return Spread(statistics.fmean(values), deviation, min(values), max(values))


def place(value, values):
    below = sum(one < value for one in values)
    return Place(value, below, len(values), min(values) <= value <= max(values), 0.5)


def specimen(moved=0.1, **more):
    before = np.random.default_rng(0).normal(size=(32, 25))
    counts = np.diag(range(90, 100))
    counts[4, 9] = 7
    fields = {
        "seed": 0,
        "filters_before": rows(before),
        "filters_after": rows(before * (1 + moved)),
        "confusion": rows(counts),
        "mistakes": (Mistake(7, 4, 9, 12345.6, base64.b64encode(bytes(784)).decode()),),
    }
    return Specimen(**{**fields, **more})


def rows(array):
    return tuple(map(tuple, array.tolist()))


#: As small as a study can be that has every part.
STUDY = study(
    ("no-dropout", "late-pooling"),
    seeds=2,
    epochs=2,
    specimens={
        "no-dropout": specimen(
            filters_before=((0.25,) * 25,), filters_after=((0.5,) * 25,), confusion=((3, 1), (0, 2))
        )
    },
    graph=(GRAPH[0], GRAPH[2], GRAPH[3]),
)
