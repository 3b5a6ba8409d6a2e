"""The statement that prints a number, as the script printed it."""

import ast
import json
import re
import string

from legacy_cnn.porting.origins import Origin
from legacy_cnn.porting.writing.running.script import Script, called

#: A place for a number in a text of `%`.
_PLACE = re.compile(r"%(?!%)([-+ #0]*)(\d*)(\.\d+)?([a-zA-Z])")


def words(has_accuracy: bool, has_test: bool) -> re.Pattern[str]:
    """What a text says whose number `evaluate` returns.

    Args:
      has_accuracy: whether it is an accuracy; else it is a loss.
      has_test: whether it is of test data; then a text about training data says another one.
    """
    said = "accura|precision" if has_accuracy else "loss|cost|error"
    others = r"\b(?:best|max|maximum|highest|min|minimum|lowest|so far)\b"  # of several numbers
    others += "|train|valid" if has_test else ""
    return re.compile(rf"\A(?!.*(?:{others})).*({said})", re.IGNORECASE | re.DOTALL)


def last(script: Script, words: re.Pattern[str], name: str) -> tuple[str, Origin | None]:
    """The last `print` of a script that has a word, with another number.

    Args:
      script: its source.
      words: of which one must be in a text of the statement.
      name: the variable to print.

    Returns:
      The statement, and where the script has it.
    """
    found: list[tuple[int, str, Origin]] = []
    for file, call in script.calls("print"):
        text = _written(call, words, name)
        if text:
            found.append((call.col_offset, text, Origin(file, call.lineno)))
    if not found:
        return f'print("{name}:", {name})', None
    outermost = min(column for column, *_ in found)
    _, text, origin = [one for one in found if one[0] == outermost][-1]
    return text, origin


def _written(call: ast.Call, words: re.Pattern[str], name: str) -> str:
    for argument in call.args:
        text = _pattern(argument, name)
        if text is not None and words.search(text[0]):
            return text[1]
    if call.args and isinstance(call.args[0], ast.Constant):
        text_ = call.args[0].value
        if isinstance(text_, str) and words.search(text_) and len(call.args) > 1:
            return f"print({quoted(text_)}, {name})"
    is_alone = len(call.args) == 1 and _is_value(call.args[0])
    return f"print({name})" if is_alone and words.search(ast.unparse(call.args[0])) else ""


def _is_value(node: ast.expr) -> bool:
    """Whether an expression is a variable, or what a session returns."""
    return isinstance(node, ast.Name) or (
        isinstance(node, ast.Call) and called(node) in ("eval", "run")
    )


def _pattern(node: ast.expr, name: str) -> tuple[str, str] | None:
    """A text with one place for a number: the text, and the statement."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return _of_percent(_text(node.left), name)
    if isinstance(node, ast.Call) and called(node) == "format":
        receiver = node.func.value if isinstance(node.func, ast.Attribute) else None
        return _of_format(_text(receiver), name)
    if isinstance(node, ast.JoinedStr):
        return _of_joined(node, name)
    return None


def _text(node: ast.AST | None) -> str:
    value = getattr(node, "value", None)
    return value if isinstance(value, str) else ""


def _of_percent(text: str, name: str) -> tuple[str, str] | None:
    places = list(_PLACE.finditer(text))
    if len(places) != 1:
        return None
    place = places[0]
    kind = "" if place[4] in "sr" else place[4]
    before, after = (
        part.replace("%%", "%") for part in (text[: place.start()], text[place.end() :])
    )
    return text, _joined(before, f"{place[2]}{place[3] or ''}{kind}", after, name)


def _of_format(text: str, name: str) -> tuple[str, str] | None:
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return None
    if sum(part[1] is not None for part in parts) != 1:
        return None
    at = next(number for number, part in enumerate(parts) if part[1] is not None)
    before = "".join(part[0] for part in parts[: at + 1])
    after = "".join(part[0] for part in parts[at + 1 :])
    return text, _joined(before, parts[at][2] or "", after, name)


def _of_joined(node: ast.JoinedStr, name: str) -> tuple[str, str] | None:
    places = [at for at, one in enumerate(node.values) if isinstance(one, ast.FormattedValue)]
    if len(places) != 1:
        return None
    value = node.values[places[0]]
    form = getattr(value, "format_spec", None)
    before = "".join(_text(one) for one in node.values[: places[0]])
    after = "".join(_text(one) for one in node.values[places[0] + 1 :])
    given = "".join(_text(one) for one in form.values) if form is not None else ""
    return before + after, _joined(before, given, after, name)


def _joined(before: str, form: str, after: str, name: str) -> str:
    """`print(f"before{name:form}after")`, for a number that is a fraction."""
    form = f":{form}" if form and not form.endswith(("d", "i")) else ""
    value = f"100 * {name}" if after.lstrip().startswith("%") else name
    parts = [part.replace("{", "{{").replace("}", "}}") for part in (before, after)]
    return f"print(f{quoted(f'{parts[0]}{{{value}{form}}}{parts[1]}')})"


def quoted(text: str) -> str:
    """A literal as ruff writes it."""
    if '"' in text and "'" not in text and "\\" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False)
