"""Reports of comparisons with made-up numbers, without TensorFlow."""

import dataclasses
import itertools
import math

import numpy as np

from legacy_cnn import vocabulary
from legacy_cnn.results.report import (
    DIFFERENT,
    FAILED,
    NOT_COMPARED,
    NOT_REACHED,
    PASSED,
    REWRITTEN,
    SAME,
    Figures,
    Finding,
    Report,
    Rung,
    Tolerance,
)

LADDER = (
    "batch", "weights", "forward", "dropout", "loss", "gradients", "update", "steps", "fit",
    "predictions", "initial weights",
)  # fmt: skip
RELATIVE = Tolerance(relative=1e-5, reason="because")
NOISE = Tolerance(ratio=20.0, reason="a multiple of the measured effect of rounding")
VERSIONS = {"legacy_cnn": "0.1.0", "python": "3.11.7", "tensorflow": "2.21.0", "keras": "3.15.1"}


def figures(by, value=1.0):
    """Of three elements, of which the middle one is `value`, and off by `by`."""
    off = math.inf if math.isnan(by) else abs(float(by))
    largest = max(1.0, abs(value))
    norm = off / math.sqrt(2 + value**2)
    ulp = off / float(np.spacing(np.float32(largest)))
    return Figures(
        shape=(3,),
        dtype="float32",
        absolute=off,
        relative=off / largest,
        ulp=ulp,
        norm=norm,
        index=(1,) if off else (0,),
        reference=value if off else 1.0,
        candidate=float(value + by) if off else 1.0,
        unequal=int(off > 0),
    )


def finding(tensor, by, verdict=SAME, **more):
    return Finding(
        tensor, verdict, figures(by), **{"row": "forward", "tolerance": RELATIVE, **more}
    )


def noisy(tensor, by, ratio, verdict=SAME, value=1.0, **more):
    """A finding whose difference is a multiple of its measured noise."""
    counted = dataclasses.replace(figures(by, value), ratio=ratio)
    return Finding(tensor, verdict, counted, **{"row": "forward", "tolerance": NOISE, **more})


def summed(by=15.0):
    """The loss of a port that sums over a batch of 16, with a mean of 2."""
    single = Figures((), "float32", 30.0, by, 3e7, by, (), 2.0, 32.0, 1, ratio=1e6)
    return Finding("loss", DIFFERENT, single, row="loss", tolerance=NOISE)


def report(*rungs):
    setting = {"seed": 0, "keep_prob": 0.8, "versions": {"tensorflow": "2.21.0"}}
    accuracy = {"reference": 0.5, "candidate": 0.25}
    return Report("mine", "the tutorial", setting, rungs, accuracy, 1.0)


_STEPS = Rung(
    "steps",
    PASSED,
    tuple(
        dataclasses.replace(finding(tensor, 1e-6 * step), step=step, row=f"steps, {row}")
        for step in range(1, 31)
        for row, tensor in (("loss", "loss"), ("weights", "W_fc"), ("weights", "b_fc"))
    ),
)
#: Of a good port, and of a bad one.
GOOD = report(
    Rung("batch", NOT_COMPARED, reason="it has no data", owed=False),
    Rung("forward", PASSED, (finding("conv1", 0), finding("logits", 3e-6))),
    _STEPS,
)
BAD = report(
    Rung(
        "forward",
        FAILED,
        (
            finding("conv1", 2e-6),
            finding("fc", math.nan, DIFFERENT, cause="the <b>bias</b> is missing"),
        ),
        compares="every layer",
    ),
    Rung("loss", NOT_REACHED),
)


def training(failing=None):
    """The rung of 30 steps: the loss, 8 weights and 16 slots; `failing` is a tensor at step 7."""
    names = list(vocabulary.PARAMETERS)
    slots = [f"{slot} of {name}" for slot in "mv" for name in names]
    kinds = [("loss", ["loss"], 1e-3), ("weights", names, 1e-2), ("slots", slots, 1e-2)]
    found = []
    for step in range(1, 8 if failing else 31):
        for row, tensors, allowed in kinds:
            tolerance = Tolerance(**{"relative" if row == "loss" else "norm": allowed})
            for at, tensor in enumerate(tensors):
                off = 1 if tensor == failing and step == 7 else 0
                by = off or (1e-6 * (1 + at) * 1.2**step if (step + at) % 6 else 0)
                found.append(
                    Finding(
                        tensor, DIFFERENT if off else SAME, figures(by), step, row=f"steps, {row}",
                        tolerance=tolerance,
                    )
                )  # fmt: skip
    return Rung("steps", FAILED if failing else PASSED, tuple(found))


def layers(rung, values, row="", verdicts=(), **tolerance):
    """A rung with a finding for each of `values`, from tensor to by how much it is off."""
    found = [
        Finding(tensor, verdict, figures(by), row=row or rung, tolerance=Tolerance(**tolerance))
        for (tensor, by), verdict in itertools.zip_longest(values.items(), verdicts, fillvalue=SAME)
    ]
    return Rung(rung, FAILED if DIFFERENT in verdicts else PASSED, tuple(found))


def climbed(*rungs):
    """A report of the whole ladder; the rungs that are not given were not reached."""
    given = {rung.name: rung for rung in rungs}
    whole = tuple(given.get(name) or Rung(name, NOT_REACHED) for name in LADDER)
    setting = {"steps": 30, "batch_size": 128, "data_dir": None, "versions": VERSIONS}
    accuracy = {"reference": 0.9797, "candidate": 0.9796} if "predictions" in given else {}
    return Report("mine:model", "legacy_cnn.tutorial", setting, whole, accuracy, 212.345)


NAMES = ["images", *(name for name in vocabulary.LAYERS if name not in ("loss", "fc_dropped"))]
WITHOUT_DATA = Rung("batch", NOT_COMPARED, reason="the candidate has no data", owed=False)
WEIGHTS = layers("weights", dict.fromkeys(vocabulary.PARAMETERS, 0))
FORWARD = layers(
    "forward", {name: 4e-8 * at * (at % 3) for at, name in enumerate(NAMES)}, relative=1e-5
)
DROPOUT = Rung(
    "dropout",
    PASSED,
    (
        Finding(
            "fraction kept", SAME, note="0.7991 of the units are kept; the keep probability is 0.8"
        ),
        *layers("dropout", {"fc": 1e-6, "fc_dropped": 2e-6, "logits": 1e-6}, ulp=40.0).findings,
    ),
)
GRADIENTS = layers(
    "gradients",
    {
        f"gradient with respect to {name}": 3e-7 * at
        for at, name in enumerate(vocabulary.PARAMETERS)
    },
    relative=1e-5,
)
UPDATE = Rung(
    "update",
    PASSED,
    tuple(
        one
        for prefix, row, by in (
            ("", "update", 3e-6),
            ("no gradient: ", "update, no gradient", 0),
            ("probe: ", "update, probe", 1e-6),
            ("after 1000 steps: ", "update, probe", 1e-5),
        )
        for slot in ("", "m of ", "v of ")
        for one in layers(
            "update",
            {f"{prefix}{slot}{name}": by for name in vocabulary.PARAMETERS},
            row=row,
            **({"norm": 1e-4} if by else {}),
        ).findings
    ),
)
PREDICTIONS = Rung(
    "predictions",
    PASSED,
    (
        *layers("predictions", {"logits": 2e-6}, relative=1e-5, ulp=4.0).findings,
        Finding("classes", SAME, note="of 10,000 images"),
    ),
)
LOSS = layers("loss", {"loss": 0}, relative=1e-5)
BELOW = (WITHOUT_DATA, WEIGHTS, FORWARD, DROPOUT, LOSS, GRADIENTS, UPDATE)

#: Whole reports.
EXAMPLES = {
    "passing": climbed(*BELOW, training(), PREDICTIONS),
    "failing": climbed(*BELOW, training("v of W_fc")),
    "infinite": climbed(
        WITHOUT_DATA,
        WEIGHTS,
        layers(
            "forward",
            {"images": 0, "conv1": 3e-3, "pool1": 2e-7, "conv2": math.inf, "logits": math.nan},
            verdicts=(SAME, REWRITTEN, SAME, DIFFERENT, DIFFERENT),
            relative=1e-5,
        ),
        Rung("loss", NOT_COMPARED, reason="the model is not compiled"),
    ),
    "shapes": climbed(
        WITHOUT_DATA,
        Rung(
            "weights",
            FAILED,
            (
                Finding(
                    "W_conv1",
                    DIFFERENT,
                    note="shape (32, 1, 5, 5), expected (5, 5, 1, 32)",
                    cause="out, in, height, width, as PyTorch has it",
                ),
            ),
        ),
    ),
}

EXAMPLES["noisy"] = climbed(
    WITHOUT_DATA,
    Rung("forward", PASSED, (noisy("fc", 0, None), noisy("logits", 3e-6, 4.6))),
    Rung("loss", FAILED, (summed(),), compares="the loss of a batch"),
)
EXAMPLES["partly"] = report(
    WITHOUT_DATA,
    Rung("forward", PASSED, (noisy("logits", 3e-6, 4.6),)),
    Rung("loss", NOT_COMPARED, reason="the model is not compiled"),
    Rung("gradients", NOT_COMPARED, reason="the model is not compiled"),
    Rung(
        "update",
        PASSED,
        (
            noisy("W_fc", 1e-6, 2.0),
            Finding("late steps", NOT_COMPARED, note="its counter is not known"),
        ),
    ),
    Rung("steps", NOT_COMPARED, reason="left out", owed=False),
)

#: As small as a report can be that has every part.
REPORT = report(
    Rung("batch", NOT_COMPARED, reason="no data", compares="the data"),
    Rung(
        "forward",
        FAILED,
        (
            finding("conv1", 2e-6, REWRITTEN, note="with small weights"),
            finding("fc", math.nan, DIFFERENT, cause="the bias is missing"),
        ),
        compares="every layer",
    ),
    Rung("steps", PASSED, (finding("loss", 1e-6, step=1), finding("loss", 0, step=2))),
    Rung("predictions", NOT_REACHED),
)
