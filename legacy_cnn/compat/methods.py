"""Methods that NumPy's arrays had. They are written in C, and cannot be given any more."""

from typing import Any


def tostring(owner: Any, *arguments: Any, **keywords: Any) -> Any:
    """`owner.tostring(...)`: of an array, its bytes."""
    if hasattr(owner, "tobytes") and not hasattr(owner, "tostring"):
        return owner.tobytes(*arguments, **keywords)
    return owner.tostring(*arguments, **keywords)
