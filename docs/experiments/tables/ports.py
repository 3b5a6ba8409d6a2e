"""Ports as `docs/how-to/port-a-script.md` shows them."""

from experiments.support.recorded import read


def ported_digits() -> str:
    return _shown("digits")


def ported_wave() -> str:
    return _shown("wave")


def ported_flowers() -> str:
    return _shown("flowers")


def _shown(name: str) -> str:
    """What the command printed, and the port without its last lines, which are always the same."""
    port = read("ports")[name]
    text = port["port"].partition('\n\nif __name__ == "__main__":')[0].rstrip()
    return f"```\n{port['printed'].rstrip()}\n```\n\n`port.py`:\n\n```\n{text}\n```"
