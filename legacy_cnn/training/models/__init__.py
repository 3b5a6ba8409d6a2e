"""The tutorial's net in each of its implementations, behind one face (see `base.Model`)."""

import importlib

#: `Settings.implementation` -> module. Each is imported when it is used: Keras takes a second.
_MODULES = {"graph": "graph", "eager": "eager", "function": "eager", "keras": "keras"}


def build(settings):
    """The `Model` that `settings` ask for, not yet initialised; a context manager.

    Raises:
      UsageError: the implementation cannot run with these settings in this process.
    """
    module = importlib.import_module(f"{__name__}.{_MODULES[settings.implementation]}")
    return module.build(settings)
