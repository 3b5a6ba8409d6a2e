"""Functions and classes: the names that they hold and look up, and how to put the values back."""

import dis
import sys
import types
from typing import Any

from legacy_cnn.programs.lifting.containers import Visit, no_undo

#: Packages whose objects are left alone, apart from containers and `tf.function`s.
FOREIGN = {*sys.stdlib_module_names, "tensorflow", "numpy"}

#: Packages whose objects are looked into, but not their classes and the globals of their functions.
LIBRARIES = {*FOREIGN, "keras", "tf_keras"}

#: Instructions that name a global.
GLOBAL_ACCESS = ("LOAD_GLOBAL", "STORE_GLOBAL")


def visit_cell(cell: types.CellType) -> Visit:
    try:
        before = cell.cell_contents
    except ValueError:  # empty
        return [], lambda: delattr(cell, "cell_contents")
    return [before], lambda: setattr(cell, "cell_contents", before)


def visit_function(function: types.FunctionType) -> Visit:
    parts = [*(function.__closure__ or ()), *(function.__defaults__ or ())]
    parts += [*(function.__kwdefaults__ or {}).values(), getattr(function, "__wrapped__", None)]
    if package(function) in LIBRARIES:
        return parts, no_undo
    attributes, undo_attributes = _visit_names(function)
    values, undo_globals = _visit_globals(function)

    def undo() -> None:
        undo_attributes()
        undo_globals()

    return [*parts, *attributes, *values], undo


def _visit_globals(function: types.FunctionType) -> Visit:
    """Visits the globals that a function names."""
    names, space = _names(function.__code__), function.__globals__
    before = {name: space[name] for name in names if name in space}
    absent = _global_names(function.__code__) - set(before)

    def undo() -> None:
        for name in absent:
            space.pop(name, None)
        for name, value in before.items():
            if space.get(name) is not value:
                space[name] = value

    return before.values(), undo


def visit_class(kind: type) -> Visit:
    if package(kind) in LIBRARIES:
        return [], no_undo
    attributes, undo = _visit_names(kind)
    return [*attributes, *kind.__bases__], undo


def _visit_names(obj: type | types.FunctionType) -> Visit:
    """Visits the attributes without those of Python and of TensorFlow's decorators, `__*`.

    A `tf.function` changes the latter when it is traced, together with a state of its own.
    """
    before = {name: value for name, value in vars(obj).items() if not name.startswith("__")}

    def undo() -> None:
        for name in set(vars(obj)) - set(before):
            if not name.startswith("__"):
                delattr(obj, name)
        for name, value in before.items():
            if vars(obj).get(name) is not value:
                setattr(obj, name, value)

    return before.values(), undo


def _names(code: types.CodeType) -> set[str]:
    """The names that a function, and the functions defined in it, look up."""
    return set(code.co_names).union(*map(_names, _inner(code)))


def _global_names(code: types.CodeType) -> set[str]:
    """Those of the names that are globals: no attributes, and no modules that are imported."""
    names = {
        instruction.argval
        for instruction in dis.get_instructions(code)
        if instruction.opname in GLOBAL_ACCESS
    }
    return names.union(*map(_global_names, _inner(code)))


def _inner(code: types.CodeType) -> list[types.CodeType]:
    """The code of the functions defined in a function."""
    return [constant for constant in code.co_consts if isinstance(constant, types.CodeType)]


def package(obj: Any) -> str:
    return (getattr(obj, "__module__", None) or "").partition(".")[0]
