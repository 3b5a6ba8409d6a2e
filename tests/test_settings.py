"""A setting is declared once: its type, its range, and what the command line makes of it."""

import ast
import dataclasses
import math
import re
from pathlib import Path

import numpy as np
import pytest

import legacy_cnn
from legacy_cnn import settings
from legacy_cnn.commandline import options
from legacy_cnn.declarations import Checked, command_line, declared, setting
from legacy_cnn.errors import UsageError
from legacy_cnn.settings import (
    BenchSettings,
    CompareSettings,
    ParitySettings,
    Settings,
    StudySettings,
)
from legacy_cnn.threads import available_cores

CLASSES = [Settings, CompareSettings, ParitySettings, BenchSettings, StudySettings]
EVERY = [pytest.param(c, s, id=f"{c.__name__}.{s.name}") for c in CLASSES for s in declared(c)]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Example(Checked):
    count: int = setting(3, at_least=1, help="number of things")
    share: float = setting(0.5, above=0, at_most=1, help="100 % is 1")
    rate: float = setting(1.0, above=0, help="a rate")
    seed: int = setting(0, at_least=0, at_most=9, help="a seed")
    kind: str = setting("a", choices=("a", "b"), flag="--of", help="a kind")
    parts: tuple[str, ...] = setting(("x",), choices=("x", "y"), item="part", help="parts")
    names: tuple[str, ...] | None = setting(None, shown="all", item="name", help="names")
    path: str | None = setting(None, help="a path")
    exact: bool = setting(False, help="be exact")
    cores: int = setting(settings.CORES, at_least=1, at_most=settings.CORES, help="cores")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"count": 0}, "count must be at least 1, not 0."),
        ({"count": 10**20}, f"count must be at most 1000000000, not 1{'0' * 20}."),
        ({"count": 10**9999}, "count must be at most 1000000000, not an integer of 33216 bits."),
        ({"count": "3"}, "count must be a whole number, not '3'."),
        ({"count": 3.0}, "count must be a whole number, not 3.0."),
        ({"count": True}, "count must be a whole number, not True."),
        ({"count": None}, "count must be a whole number, not None."),
        ({"share": 0.0}, "share must be above 0 and at most 1, not 0.0."),
        ({"share": 1.5}, "share must be above 0 and at most 1, not 1.5."),
        ({"share": math.nan}, "share must be above 0 and at most 1, not nan."),
        ({"rate": math.inf}, "rate must be a finite number above 0, not inf."),
        ({"rate": "1"}, "rate must be a number, not '1'."),
        ({"seed": 10}, "seed must be from 0 to 9, not 10."),
        ({"kind": "c"}, "kind must be one of a, b, not 'c'."),
        ({"parts": ("x", "z")}, "part must be one of x, y, not 'z'."),
        ({"parts": "x"}, "parts must be a list of names, not 'x'."),
        ({"names": ("x", 1)}, "names must be a list of names, not ('x', 1)."),
        ({"path": 5}, "path must be a string, not 5."),
        ({"path": ""}, "path must not be empty."),
        ({"count": np.array([1, 2])}, "count must be a whole number, not array([1, 2])."),
        ({"count": np.float64(3)}, "count must be a whole number, not np.float64(3.0)."),
        ({"rate": np.float32("nan")}, "rate must be a finite number above 0, not nan."),
        ({"rate": 10**400}, "rate must be a finite number above 0, not inf."),
        ({"rate": True}, "rate must be a number, not True."),
        ({"exact": 1}, "exact must be True or False, not 1."),
        (
            {"cores": 10**6},
            f"cores must be from 1 to {available_cores()}, the number of cores, not 1000000.",
        ),
    ],
)
def test_a_value_that_is_refused(values, message):
    with pytest.raises(UsageError) as caught:
        Example(**values)
    assert str(caught.value) == message
    (name,) = values
    assert caught.value.arguments == (() if name == "parts" and "part " in message else (name,))


@pytest.mark.parametrize(
    ("settings_class", "values", "message"),
    [
        (Settings, {"threads": 100_000}, "threads must be from 1 to 1024, not 100000."),
        (
            Settings,
            {"learning_rate": 1e40},
            "learning_rate must be above 0 and at most 1000, not 1e+40.",
        ),
        (StudySettings, {"jobs": 1025}, "jobs must be from 1 to 1024, not 1025."),
        (StudySettings, {"seeds": 1001}, "seeds must be from 1 to 1000, not 1001."),
        (
            Settings,
            {"keep_prob": 1e-50},
            "keep_prob must be at least 1.18e-38, the smallest normal float32, not 1e-50.",
        ),
        (Settings, {"data_dir": ""}, "data_dir must not be empty."),
        (
            Settings,
            {"source_url": "foo", "data_dir": "here"},
            "source_url must be the http or https address of a directory, such as "
            "https://storage.googleapis.com/cvdf-datasets/mnist/, not foo.",
        ),
        (
            Settings,
            {"source_url": "http://127.0.0.1/"},
            "source_url needs data_dir, a directory to download to.",
        ),
    ],
)
def test_the_limits_of_the_settings(settings_class, values, message):
    with pytest.raises(UsageError, match=f"^{re.escape(message)}$"):
        settings_class(**values)


@pytest.mark.parametrize(("settings_class", "setting"), EVERY)
def test_every_whole_number_has_a_limit(settings_class, setting):
    if setting.kind is int:
        with pytest.raises(UsageError, match=f"^{setting.name} must be .*{setting.largest}"):
            settings_class(**{setting.name: 10**20})


def test_values_that_are_accepted():
    example = Example(count=1, share=1, names=["x", "y"], path=None, parts=())
    assert example.names == ("x", "y") and example.parts == ()
    assert Settings(data_dir=Path("here")).data_dir == Path("here")
    with pytest.raises(UsageError, match=r"data_dir must be a path, not 5\."):
        Settings(data_dir=5)
    with pytest.raises(UsageError, match=r"^Unknown setting 'flavour'\.$"):
        Settings(flavour=1)


def test_other_numbers_become_pythons_own():
    """So that config.json can hold them."""
    example = Example(count=np.int64(3), seed=np.uint8(5), rate=np.float32(0.5), share=1)
    assert (example.count, example.seed, example.rate, example.share) == (3, 5, 0.5, 1)
    given = (example.count, example.seed, example.rate, example.share)
    assert [type(value) for value in given] == [int, int, float, float]


def test_the_ports_have_no_graph_of_their_own():
    with pytest.raises(UsageError) as caught:
        Settings(graph="optimised", implementation="keras")
    message = "implementation keras supports only graph tutorial, not optimised."
    assert str(caught.value) == message and caught.value.arguments == ("implementation", "graph")


@pytest.mark.parametrize("settings_class", CLASSES)
def test_the_defaults_are_settings(settings_class):
    default = settings_class()
    assert dataclasses.asdict(default) == {s.name: s.default for s in declared(settings_class)}


@pytest.mark.parametrize(("settings_class", "declaration"), EVERY)
def test_every_setting_says_what_it_is(settings_class, declaration):
    """A phrase without a full stop, and a default in words or a switch."""
    text = declaration.declaration.help
    assert text == text.strip() and len(text.split()) > 2 and not text.endswith(".")
    assert (declaration.default_in_words() is None) == (declaration.kind is bool)
    if declaration.default is None:
        assert declaration.declaration.shown


def test_shared_settings_are_the_same_ones():
    shared = {"batch_size", "keep_prob", "seed", "validation_size", "threads"}
    for settings_class in (CompareSettings, ParitySettings):
        fields = {each.name: each for each in declared(settings_class)}
        for each in declared(Settings):
            if each.name in shared:
                assert fields[each.name] == each
        assert fields["data_dir"] != {each.name: each for each in declared(Settings)}["data_dir"]


def test_what_the_command_line_makes_of_them():
    parser = options.CommandParser(prog="program")
    parser.add_settings(Example)
    text = " ".join(parser.format_help().split())
    cores = available_cores()
    for expected in (
        "number of things (default: 3)",
        "100 % is 1 (default: 0.5)",
        "--of {a,b}",
        "names (default: all)",
        f"cores (default: the number of cores, {cores} here)",
    ):
        assert expected in text
    words = ["--count", "5", "--names", "x,y", "--exact", "--of", "b", "--share", "1"]
    given = options.given(parser.parse_args(words), Example)
    assert given == {"count": 5, "names": ("x", "y"), "exact": True, "kind": "b", "share": 1.0}
    assert options.given(parser.parse_args(command_line(Example, given)), Example) == given
    assert options.given(parser.parse_args([]), Example) == {}


FLAGS = {"batch_size": "--batch-size", "resume": "--resume", "graph": "--graph"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("batch_size must be 1.", "--batch-size must be 1."),
        ("Use another batch_size.", "Use another --batch-size."),
        ("my_batch_size, batch_sizes", "my_batch_size, batch_sizes"),
        ("runs/graph.pb, runs/graph, graph/x, graph.pb: graph", "{}: --graph"),
        ("(graph), graph: 'x'", "(--graph), --graph: 'x'"),
        ("reference is no argument here", "reference is no argument here"),
    ],
)
def test_arguments_become_flags(text, expected):
    expected = expected.format(text.removesuffix(": graph"))
    assert options.in_flags(text, [*FLAGS, "reference"], FLAGS) == expected


def test_the_library_names_no_flags():
    """Errors speak of arguments; flags are the command line's."""
    package = Path(legacy_cnn.__file__).parent
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("Error"):
                for part in ast.walk(node):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        assert not re.search(r"(^|\W)--[a-z]", part.value), (path, part.value)
