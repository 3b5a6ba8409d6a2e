"""Which releases are set up, and which Pythons there are for others."""

from collections.abc import Iterator

from legacy_cnn.originals import environments, packages, pythons


def lines() -> Iterator[str]:
    """Yields the lines of the list."""
    rows = [_row(environment) for environment in environments.installed()]
    if rows:
        yield from _columns([("TensorFlow", "Python", "Directory"), *rows])
    else:
        yield f"No release is set up in {environments.directory()}."
    yield ""
    for minor in packages.PYTHONS:
        python = pythons.search(minor)
        yield f"Python {minor}: {python.path if python else 'not found'}"


def _row(environment: environments.Environment) -> tuple[str, str, str]:
    python = pythons.probe(str(environment.python))
    return environment.version, python.version if python else "damaged", str(environment.path)


def _columns(rows: list[tuple[str, str, str]]) -> Iterator[str]:
    first, second = (max(len(row[at]) for row in rows) for at in (0, 1))
    for row in rows:
        yield f"{row[0]:{first}}  {row[1]:{second}}  {row[2]}"
