"""Sound inputs changed at random: bytes, JSON, archives, texts."""

import io
import json
import zipfile

#: What takes the place of a value in JSON.
VALUES = [
    None, True, False, 0, -1, 1, 2**31, -(2**63), 2**64, 10**400, 0.5, -1e308, 1e308, float("nan"),
    float("inf"), "", "x", "\0", "\x1b[31m", "\ud800", "é" * 50, "a" * 10_000, "../..", "/dev/zero",
    [], {}, [[]], [1, "x", None], {"": 0}, {"self": 1}, {"a": {"b": []}},
]  # fmt: skip
#: Numbers of four bytes that readers stumble over.
NUMBERS = (0, 1, 0x7F, 0xFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x10000000)
#: Pieces that parsers know.
PIECES = (
    b"\x1f\x8b\x08\xe0", b"PK\x05\x06", b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"\x89HDF",
    b"\0" * 64, b"\xff" * 40, b"(" * 500, b"[" * 2000, b'{"a":' * 2000,
)  # fmt: skip
#: What comes into names and addresses.
LETTERS = (
    "", "\udcff", "\x1b[", "/", ":", "[", "]", "%", "@", "#", "é", " ", "a" * 70, "..", "-1",
)  # fmt: skip
#: Names that a member of an archive may have.
MEMBERS = ("x", "../x", "/x", "x.npy", "config.json", "metadata.json", "é")


def bytes_of(content, random):
    """Changes some bytes."""
    content = bytearray(content)
    for _ in range(random.choice((1, 1, 2, 5))):
        random.choice(_CHANGES)(content, random)
    return bytes(content)


def _place(content, random):
    """A place; the ends of a file have most of what describes it."""
    near = min(len(content), random.choice((16, 64, 256, len(content) or 1)))
    at = random.randrange(near + 1)
    return at if random.random() < 0.6 else len(content) - at


def _flip(content, random):
    if content:
        content[min(_place(content, random), len(content) - 1)] ^= 1 << random.randrange(8)


def _cut(content, random):
    del content[_place(content, random) :]


def _cut_out(content, random):
    at = _place(content, random)
    del content[at : at + random.choice((1, 4, 100, 5000))]


def _number(content, random):
    at = _place(content, random) // 4 * 4
    content[at : at + 4] = random.choice(NUMBERS).to_bytes(4, random.choice(("big", "little")))


def _insert(content, random):
    at = _place(content, random)
    content[at:at] = random.choice(PIECES)


def _replace(content, random):
    at, piece = _place(content, random), random.choice(PIECES)
    content[at : at + len(piece)] = piece


def _repeat(content, random):
    at = _place(content, random)
    content[at:at] = content[at : at + random.choice((4, 64, 1000))]


_CHANGES = (_flip, _flip, _cut, _cut_out, _number, _number, _insert, _replace, _repeat)


def json_of(value, random):
    """Changes a value somewhere inside; sometimes the text. Returns bytes."""
    value = json.loads(json.dumps(value))
    for _ in range(random.choice((1, 1, 1, 3))):
        value = _changed(value, random)
    content = json.dumps(value).encode()
    return bytes_of(content, random) if random.random() < 0.15 else content


def _changed(value, random):
    inside = isinstance(value, dict | list) and value
    if not inside or random.random() < 0.15:
        return _other(value, random)
    if isinstance(value, list):
        value = list(value)
        at = random.randrange(len(value))
        value[at] = _changed(value[at], random)
        return value
    value = dict(value)
    key = random.choice(list(value))
    change = random.random()
    if change < 0.15:
        del value[key]
    elif change < 0.3:
        value[random.choice(("x", "self", "", "\ud800", key + "_"))] = random.choice(VALUES)
    else:
        value[key] = _changed(value[key], random)
    return value


def _other(value, random):
    if isinstance(value, int | float) and not isinstance(value, bool) and random.random() < 0.5:
        smaller = value * 0.3 if abs(value) < 1e300 else 0.3
        return random.choice((-value, value + 1, value * 10**6, smaller, str(value)[:99], -1))
    return random.choice(VALUES)


def archive_of(content, random, change=bytes_of):
    """Changes a member of a ZIP archive, whose checksums are right again, or the archive."""
    if random.random() < 0.4:
        return bytes_of(content, random)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = random.choice(list(members))
    act = random.random()
    if act < 0.1:
        del members[name]
    elif act < 0.2:
        members[random.choice(MEMBERS)] = members[name]
    else:
        changed = change if name.endswith(".json") else bytes_of
        members[name] = changed(members[name], random)
    method = random.choice((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA))
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return file.getvalue()


def text_of(text, random):
    """Changes some characters."""
    letters = list(text)
    for _ in range(random.choice((1, 2, 4))):
        at = random.randrange(len(letters) + 1)
        new = random.choice(LETTERS)
        letters[at : at + random.choice((0, 1, 3))] = new
    return "".join(letters)
