"""Classes whose calls took other arguments."""

from collections.abc import Callable
from typing import Any


def called_as(real: type, construct: Callable[..., Any]) -> type:
    """A class that is another to `isinstance` and to those below it, but is called differently.

    Args:
      real: the class.
      construct: what a call of the class does; classes that a program derives are called as ever.
    """
    meta: type = type(real)

    class Called(meta):
        def __call__(cls, *arguments: Any, **keywords: Any) -> Any:
            if cls is made:
                return construct(*arguments, **keywords)
            return super().__call__(*arguments, **keywords)

        def __instancecheck__(cls, instance: Any) -> bool:
            return cls.__subclasscheck__(type(instance))

        def __subclasscheck__(cls, subclass: type) -> bool:
            # `issubclass` would ask an abstract class, which asks those below it, such as this.
            return (real if cls is made else cls) in subclass.__mro__

    names = {"__module__": real.__module__, "__doc__": real.__doc__}
    made: type = Called(real.__name__, (real,), names)
    return made
