"""What all results have in common: frozen dataclasses that are written as JSON and read again."""

from typing import Any, ClassVar, Self

from legacy_cnn.errors import ResultError
from legacy_cnn.results import jsonvalues


class Record:
    """Base of the frozen dataclasses that hold a result.

    `kind` names it in JSON. `derived` lists properties that are written to JSON, too, for readers
    that are not this package; they are computed again when the JSON is read.
    """

    kind: ClassVar[str]
    derived: ClassVar[tuple[str, ...]] = ()

    def to_json(self) -> dict[str, Any]:
        """Returns strict JSON: dicts, lists, numbers and strings; "kind" is one of them.

        Infinities and NaN are strings.
        """
        return {"kind": self.kind, **jsonvalues.to_json(self)}

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Makes a result from what `to_json` returned.

        Args:
          value: a JSON object; "kind" may be missing.

        Raises:
          ResultError: it is of another kind, or a field is missing, unknown or of another type.
        """
        place = cls.kind
        if isinstance(value, dict):
            fields = {name: inner for name, inner in value.items() if name != "kind"}
            kind = jsonvalues.from_json(value.get("kind", cls.kind), str, f"{place}.kind")
            if kind != cls.kind:
                raise ResultError(
                    f"{place}.kind is {jsonvalues.described(kind)}, expected {cls.kind!r}."
                )
            return jsonvalues.from_json(fields, cls, place)
        return jsonvalues.from_json(value, cls, place)
