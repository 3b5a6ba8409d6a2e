"""The lines of `port.py`."""

import re
from collections.abc import Iterator

from legacy_cnn.porting.writing import main_function, names, own_layers
from legacy_cnn.porting.writing.lines import Line, of_statements, plain
from legacy_cnn.porting.writing.program import Program
from legacy_cnn.porting.writing.statements import replaced


def port(program: Program) -> list[Line]:
    """The lines of `port.py`."""
    parts = [list(own_layers.lines(layer)) for layer in program.model.own]
    parts += program.model.definitions
    parts += program.training.definitions
    parts.append(list(_build_model(program)))
    parts += main_function.definitions(program.run, program.training)
    parts.append(list(main_function.lines(program.run, program.training)))
    parts.append([Line('if __name__ == "__main__":'), Line("    main()")])
    body = [line for part in parts for line in (Line(""), Line(""), *part)]
    code = "\n".join(re.sub(r"(^|  )#.*", "", line.text.strip()) for line in body)
    head = [f'"""{_title(program)}"""', "", *_imports(code)]
    return [*map(Line, head), *body]


def text_of(lines: list[Line]) -> str:
    """The text of a file."""
    return "".join(f"{line.text}\n" for line in lines)


def _title(program: Program) -> str:
    name = re.split(r"[/\\]", program.name)[-1].replace('"', "'")
    return f"A port of {name} to Keras 3."


#: Keras downloads its own; who has this package has the same files already.
_MNIST = (
    "try:",
    "    from legacy_cnn import mnist  # bundled: no download",
    "except ImportError:",
    "    from keras.datasets import mnist",
)


def _imports(body: str) -> Iterator[str]:
    """What the rest needs, in the order of isort."""
    keras = [name for name in ("layers", "ops") if _has(body, name)]
    for module, line in (("math", "import math"), ("Path", "from pathlib import Path")):
        if _has(body, module):
            yield from (line, "")
    yield "import keras"
    if _has(body, "np"):
        yield "import numpy as np"
    if _has(body, "tf"):
        yield "import tensorflow as tf"
    if keras:
        yield f"from keras import {', '.join(keras)}"
    if _has(body, "mnist"):
        yield from ("", *_MNIST)


def _has(body: str, name: str) -> bool:
    return bool(re.search(rf"(?<![\w.\"'`]){name}(\.|\()", body))


def _build_model(program: Program) -> Iterator[Line]:
    model = program.model
    statements = [*model.inputs, *model.statements]
    ends = [one.text for one in model.outputs] + [str(one.mark) for one in model.inputs]
    chosen = names.chosen(statements, ends, _defined(program))
    yield Line("def build_model():")
    if program.float_type != "float32":
        yield Line(f'    keras.config.set_floatx("{program.float_type}")  # as the script computes')
    yield from of_statements(statements, chosen, 4)
    inputs = _one_or_list([replaced(one.mark, chosen) for one in model.inputs])
    outputs = _one_or_list([replaced(one.text, chosen) for one in model.outputs])
    yield from plain(f"model = {program.training.model_class}({inputs}, {outputs})", 4)
    yield from program.training.compiling
    yield Line("    return model")


def _defined(program: Program) -> list[str]:
    """The functions and classes before `build_model`."""
    own = [layer.name for layer in program.model.own]
    others = [*program.model.definitions, *program.training.definitions]
    found = [re.match(r"(?:def|class) (\w+)", line.text) for one in others for line in one]
    return [*own, *(match[1] for match in found if match)]


def _one_or_list(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"
