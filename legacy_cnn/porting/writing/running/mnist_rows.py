"""MNIST among what a script fed: which images, and what was made of them."""

import ast
import dataclasses
import functools
import math

import numpy as np

from legacy_cnn import mnist
from legacy_cnn.parity.arrays import Array
from legacy_cnn.parity.sides.graph_side import GraphSide
from legacy_cnn.porting.origins import Origin
from legacy_cnn.porting.writing.lines import Line, plain
from legacy_cnn.porting.writing.running import noise_inputs
from legacy_cnn.porting.writing.running.arrays import fed, of_steps
from legacy_cnn.porting.writing.running.data import Data
from legacy_cnn.porting.writing.running.script import Script
from legacy_cnn.porting.writing.text import commented

#: The tutorials' loader, another name of it, and how many of the first images it keeps for
#: validation.
LOADER, NAMED_LOADER, VALIDATION = "read_data_sets", "load_dataset", 5000
PIXELS, CLASSES = 784, 10
#: How far the pixels of a batch may be from those of the files, as a share of their range.
CLOSE = 1e-4


@dataclasses.dataclass
class _Form:
    """What a script made of the images."""

    shape: tuple[int, ...]
    low: float = 0.0  #: of black
    high: float = 1.0  #: of white
    dtype: str = "float32"
    labels: str = ""  #: "one-hot", "numbers", "" for none
    used: Array | None = None  #: numbers of the images, in the order in which they were fed


def data_of(side: GraphSide, script: Script, has_labels: bool) -> Data | None:
    """The data of a script that trains on MNIST; None for another."""
    if len(side.targets) > 1:
        return None
    batches, noise, form = fed(side), None, None
    if len(side.inputs) > 1:
        form, noise = _with_noise(side, batches) or (None, None)
    elif batches:
        form = _of_batches(side, batches, has_labels)
    else:
        form = _of_source(side, script)
    if form is None:
        return None
    call = _loader(script)
    skipped = 0 if call is None or (form.used is not None and form.used.min() < VALIDATION) else (
        VALIDATION
    )  # fmt: skip
    origin = Origin(call[0], call[1].lineno) if call else None
    size = len(batches[0][side.inputs[0].name]) if batches else _named_size(script)
    validates = bool(skipped) and "validation" in script.attributes()
    return Data(
        [list(_load_data(form, skipped, validates, origin)), list(_prepared(form))],
        size,
        60000 - skipped,
        has_test=True,
        has_validation=validates,
        shuffles=next(script.calls("next_batch"), None) is not None or not _in_order(form),
        noise=noise,
        takes_labels=noise is not None and bool(form.labels),
    )


def _loader(script: Script) -> tuple[str, ast.Call] | None:
    """Where a script loads MNIST in the tutorials' way, with the file."""
    named = (one for one in script.calls(NAMED_LOADER) if "'mnist'" in ast.unparse(one[1]))
    return next(script.calls(LOADER), None) or next(named, None)


def _named_size(script: Script) -> int | None:
    size = script.named("batch_size")
    return size if isinstance(size, int) else None


# What was fed ------------------------------------------------------------------------------------


def _of_batches(side: GraphSide, batches: list[dict[str, Array]], has_labels: bool) -> _Form | None:
    form = _form_of(of_steps(batches, side.inputs[0].name))
    if form is None or form.used is None or not has_labels:
        return form
    labels = of_steps(batches, side.targets[0].name) if side.targets else None
    form.labels = "" if labels is None else _kind(labels, mnist.load().train_labels[form.used])
    return form if form.labels else None


def _with_noise(
    side: GraphSide, batches: list[dict[str, Array]]
) -> tuple[_Form, list[Line]] | None:
    """Images among several inputs, and the function that adds the others: noise, and labels."""
    given = {tensor.name: of_steps(batches, tensor.name) for tensor in side.inputs}
    forms = {name: form for name, value in given.items() if (form := _form_of(value))}
    if len(forms) != 1 or side.targets:
        return None
    ((images, form),) = forms.items()
    assert form.used is not None
    texts = []
    for name, value in given.items():
        kind = _kind(value, mnist.load().train_labels[form.used]) if value is not None else ""
        form.labels = form.labels or kind
        drawn = noise_inputs.drawn(value) if value is not None and name != images else ""
        texts.append("x" if name == images else "y" if kind else drawn)
    if not all(texts):
        return None
    return form, noise_inputs.definition(texts)


def _form_of(images: Array | None) -> _Form | None:
    """What a script made of images; None of what is no image of MNIST."""
    if images is None or not len(images) or math.prod(images.shape[1:]) != PIXELS:
        return None
    low, high = float(images.min()), float(images.max())
    if not math.isfinite(high - low) or high <= low:
        return None
    scaled = (images.reshape(len(images), PIXELS) - low) / (high - low) * 255
    rows = np.clip(np.round(scaled), 0, 255).astype(np.uint8)
    numbers = [_index().get(row.tobytes()) for row in rows]
    if None in numbers or np.abs(rows - scaled).max() > 255 * CLOSE:
        return None
    return _Form(images.shape[1:], low, high, images.dtype.name, used=np.array(numbers))


def _kind(labels: Array, numbers: Array) -> str:
    if labels.shape == numbers.shape and np.array_equal(labels, numbers):
        return "numbers"
    if labels.shape == (len(numbers), CLASSES) and np.array_equal(labels, np.eye(CLASSES)[numbers]):
        return "one-hot"
    return ""


@functools.cache
def _index() -> dict[bytes, int]:
    """The number of each training image."""
    images = mnist.load().train_images.reshape(-1, PIXELS)
    return {row.tobytes(): at for at, row in enumerate(images)}


def _of_source(side: GraphSide, script: Script) -> _Form | None:
    """Of a graph that was built without data, by a program that has the loader."""
    shape = side.inputs[0].shape
    sizes: list[int] = [size or 0 for size in shape.as_list()[1:]] if shape.rank else []
    if math.prod(sizes) != PIXELS or _loader(script) is None:
        return None
    if not side.targets:
        return _Form(tuple(sizes))
    kind = "numbers" if side.targets[0].dtype.is_integer else "one-hot"
    return _Form(tuple(sizes), labels=kind)


def _in_order(form: _Form) -> bool:
    """Whether images are fed in the order of their files."""
    return form.used is not None and len(form.used) > 1 and bool((np.diff(form.used) == 1).all())


# The text ----------------------------------------------------------------------------------------


#: Whether the loader keeps images for validation, and whether the script uses these -> a sentence.
_DIVIDED = {
    (False, False): "MNIST: 60,000 images to train on, and 10,000 to test.",
    (True, False): "MNIST, without the {:,} images that the script's loader kept for validation.",
    (True, True): "MNIST: images to train on, the first {:,} for validation, and 10,000 to test.",
}


def _load_data(form: _Form, skipped: int, validates: bool, origin: Origin | None) -> list[Line]:
    said = _DIVIDED[bool(skipped), validates].format(skipped)
    labels, part = ("y" if form.labels else "_"), f"[{skipped}:]" if skipped else ""
    names = [
        [f"x_{set_}", f"{labels}_{set_}" if form.labels else "_"] for set_ in ("train", "test")
    ]
    given = [[f"x_train{part}", f"y_train{part}"], ["x_test", "y_test"]]
    if validates:
        given.insert(1, [f"x_train[:{skipped}]", f"y_train[:{skipped}]"])
    calls = ", ".join(f"prepared({', '.join(one if form.labels else one[:1])})" for one in given)
    return [
        Line("def load_data():", origin),
        Line(f'    """{said}"""', origin),
        *(
            Line(text, origin)
            for text in commented(
                f"{', '.join(f'({a}, {b})' for a, b in names)} = mnist.load_data()",
                origin.shown.replace(", line ", ":") if origin else "",
                4,
            )
        ),
        *plain(f"return ({calls})" if validates else f"return {calls}", 4, origin),
    ]


def _prepared(form: _Form) -> list[Line]:
    rows = f"images.reshape({', '.join(map(str, (-1, *form.shape)))})"
    x = f"{rows}.astype({form.dtype!r})".replace("'", '"') + _scaling(form)
    what = f'"""Pixels of {_short(form.low)} to {_short(form.high)}'
    if not form.labels:
        return [
            Line("def prepared(images):"),
            Line(f'    {what}."""'),
            *plain(f"return {x}", 4),
        ]
    kind = form.labels
    labels = f"keras.utils.to_categorical(labels, {CLASSES})" if kind == "one-hot" else "labels"
    words = "one-hot labels" if kind == "one-hot" else "labels of 0 to 9"
    return [
        Line("def prepared(images, labels):"),
        Line(f'    {what}, and {words}."""'),
        *plain(f"images = {x}", 4),
        *plain(f"return images, {labels}", 4),
    ]


def _scaling(form: _Form) -> str:
    """From 0-255 to the script's range."""
    width = form.high - form.low
    scale = "" if math.isclose(width, 255) else f" / {_short(255 / width)}"
    if abs(form.low) < CLOSE * width:
        return scale
    return f"{scale} {'+' if form.low > 0 else '-'} {_short(abs(form.low))}"


def _short(value: float) -> str:
    """255 for 255.0."""
    return f"{value:.7g}"
