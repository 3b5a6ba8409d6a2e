"""The view of a data set's four files."""

from legacy_cnn.results import DataSummary, FileSummary
from legacy_cnn.show.blocks import Block, Text


def title(result: DataSummary) -> str:
    return result.set or "A set without a known name"


def blocks(result: DataSummary) -> list[Block]:
    shown: list[Block] = [Text(f"{title(result)}: every file is valid")]
    for file in result.files:
        shown += [Text(_line(file), indent=2), Text(file.path, indent=4)]
    if result.exported_to:
        shown.append(Text(f"Written to {result.exported_to}"))
    return shown


def _line(file: FileSummary) -> str:
    check = "SHA-256 as published" if file.known else "structure checked"
    return f"{file.name}  {' x '.join(map(str, file.shape))}  {check}"
