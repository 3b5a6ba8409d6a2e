"""`tensorflow.flags` and `tensorflow.app`: flags of the program's own, read as 1.4 and 1.15 did."""

import enum
import sys

import pytest

from legacy_cnn.compat import options
from legacy_cnn.compat.flag_values import FlagValues
from legacy_cnn.settings import RunSettings

pytestmark = pytest.mark.tensorflow


@pytest.fixture
def flags(old, monkeypatch):
    """`tensorflow.app.flags`, without any flag yet."""
    from legacy_cnn.compat.tables import flags as table

    fresh = FlagValues()
    for name in list(vars(table.FLAGS)["_values"]):
        delattr(table.FLAGS, name)
    vars(table.FLAGS)["_values"].unparse_flags()
    assert not fresh.is_parsed()
    monkeypatch.setattr(sys, "argv", ["train.py"])
    return old.app.flags


def test_libraries_have_flags_of_their_own(flags):
    from absl import flags as absl_flags

    before = absl_flags.FLAGS["log_dir"].value
    sys.argv += ["--log_dir=logs", "--v", "3"]
    flags.DEFINE_string("log_dir", "/tmp/logs", "Where to.")
    flags.DEFINE_integer("v", 1, "How many.")
    flags.DEFINE_float("verbosity", 0.5, "How much.")
    assert (flags.FLAGS.log_dir, flags.FLAGS.v, flags.FLAGS.verbosity) == ("logs", 3, 0.5)
    assert absl_flags.FLAGS["log_dir"].value == before


def test_every_spelling_has_the_same_flags(old, flags):
    from legacy_cnn.compat.hook import faces

    flags.DEFINE_bool("x", False, "")
    platform = faces("program").imported("tensorflow.python.platform.flags")
    assert platform.FLAGS is old.flags.FLAGS is flags.FLAGS
    assert faces("program").imported("tensorflow.python.platform.app").run is old.app.run


@pytest.mark.parametrize(
    "words, expected, rest",
    [
        ([], (2, 0.5, False, "a"), []),
        (["--steps", "7", "--rate=1", "--debug", "--name", "b"], (7, 1.0, True, "b"), []),
        (["-steps=7", "word", "--name=", "--nodebug"], (7, 0.5, False, ""), ["word"]),
        (["--debug", "True", "--ste", "8"], (8, 0.5, True, "a"), []),
        (["--debug=false", "--unknown", "--rate", "-1"], (2, -1.0, False, "a"), ["--unknown"]),
        (["--debug", "1", "word"], (2, 0.5, True, "a"), ["word"]),
        (["--debug", "word"], (2, 0.5, True, "a"), ["word"]),
        (["--steps", "3", "--", "--steps", "4"], (3, 0.5, False, "a"), ["--", "--steps", "4"]),
    ],
)
def test_command_lines(old, flags, words, expected, rest):
    flags.DEFINE_integer("steps", 2, "")
    flags.DEFINE_float(flag_name="rate", default_value=0.5, docstring="")
    flags.DEFINE_boolean("debug", False, "")
    flags.DEFINE_string("name", "a", help="")
    sys.argv += words
    f = flags.FLAGS
    assert (f.steps, f.rate, f.debug, f.name) == expected
    assert f._parse_flags() == rest
    assert f(["other.py", *words]) == ["other.py", *rest]


def test_defaults_are_what_they_are(flags):
    flags.DEFINE_integer("steps", 1e5, "")
    flags.DEFINE_string("size", 5, "")
    flags.DEFINE_integer("none", None, "")
    flags.DEFINE_boolean("yes", "True", "")
    assert repr(flags.FLAGS.steps) == "100000.0"
    assert (flags.FLAGS.size, flags.FLAGS.none, flags.FLAGS.yes) == (5, None, True)


def test_values_of_all_flags(flags):
    flags.DEFINE_integer("steps", 2, "")
    flags.DEFINE_string("name", "a", "")
    sys.argv += ["--steps", "3"]
    flags.FLAGS._parse_flags()
    assert getattr(flags.FLAGS, "__flags") == {"steps": 3, "name": "a"}
    assert flags.FLAGS.flag_values_dict() == {"steps": 3, "name": "a"}
    assert sorted(flags.FLAGS) == ["name", "steps"] and len(flags.FLAGS) == 2
    assert "steps" in flags.FLAGS and flags.FLAGS["steps"].value == 3
    assert "steps" in dir(flags.FLAGS)


def test_values_can_be_set(flags):
    flags.DEFINE_integer("steps", 2, "")
    flags.FLAGS.steps = 5
    flags.FLAGS.new = [1]
    assert (flags.FLAGS.steps, flags.FLAGS.new) == (5, [1])
    flags.FLAGS._parse_flags()
    assert (flags.FLAGS.steps, flags.FLAGS.new) == (5, [1])
    del flags.FLAGS.steps
    with pytest.raises(AttributeError):
        flags.FLAGS.steps  # noqa: B018
    assert not hasattr(flags.FLAGS, "__deepcopy__")


def test_other_kinds_of_flags(flags):
    flags.DEFINE_enum("mode", "train", ["train", "test"], "")
    flags.DEFINE_list("sizes", "1,2", "")
    flags.DEFINE_multi_integer("many", [1], "")
    flags.DEFINE_alias("kind", "mode")
    sys.argv += ["--mode", "test", "--many=2", "--many=3"]
    assert (flags.FLAGS.mode, flags.FLAGS.kind) == ("test", "test")
    assert (flags.FLAGS.sizes, flags.FLAGS.many) == (["1", "2"], [2, 3])


def test_what_is_not_allowed_ends_the_program(flags, capsys):
    flags.DEFINE_integer("steps", 2, "")
    sys.argv += ["--steps", "many"]
    with pytest.raises(SystemExit) as error:
        flags.FLAGS.steps  # noqa: B018
    assert error.value.code == 1
    assert "FATAL Flags parsing error: flag --steps=many" in capsys.readouterr().err


def test_required_flags(flags, capsys):
    flags.DEFINE_string("needed", None, "")
    flags.mark_flag_as_required("needed")
    with pytest.raises(SystemExit):
        flags.FLAGS._parse_flags([])
    assert "--needed" in capsys.readouterr().err
    assert flags.FLAGS._parse_flags(["--needed=x"]) == []


@pytest.mark.parametrize(("release", "status"), [("1.4.0", 0), ("1.15.5", 1)])
def test_help(flags, capsys, monkeypatch, release, status):
    monkeypatch.setattr(options, "current", RunSettings(release=release))
    flags.DEFINE_string("needed", None, "What is needed.")
    with pytest.raises(SystemExit) as error:
        flags.FLAGS._parse_flags(["--help"])
    assert error.value.code == status and "What is needed." in capsys.readouterr().out


def test_app_run(old, flags, monkeypatch):
    calls = []
    flags.DEFINE_integer("steps", 2, "")
    sys.argv += ["--steps", "3", "word"]
    with pytest.raises(SystemExit) as error:
        old.app.run(lambda argv: calls.append((argv, flags.FLAGS.steps)) or 3)
    assert error.value.code == 3 and calls == [(["train.py", "word"], 3)]
    with pytest.raises(SystemExit) as error:
        old.app.run(main=calls.append, argv=["other.py", "--steps", "4", "x"])
    assert error.value.code is None and calls[1] == ["train.py", "x"] and flags.FLAGS.steps == 4
    monkeypatch.setattr(sys.modules["__main__"], "main", lambda argv: argv[1:], raising=False)
    with pytest.raises(SystemExit) as error:
        old.app.run()
    assert error.value.code == ["word"]


class Kind(enum.Enum):
    ONE = 1
    TWO = 2


@pytest.mark.parametrize(
    "function, arguments, words, expected",
    [
        ("DEFINE_enum_class", (Kind.ONE, Kind), ["--x=two"], Kind.TWO),
        ("DEFINE_multi_enum", (["a"], ["a", "b"]), ["--x=b"], ["b"]),
        ("DEFINE_multi_enum_class", ([Kind.ONE], Kind), ["--x=two"], [Kind.TWO]),
        ("DEFINE_multi_float", ([1.0],), ["--x=2", "--x=3"], [2.0, 3.0]),
        ("DEFINE_multi_string", (["a"],), ["--x=b"], ["b"]),
        ("DEFINE_spaceseplist", ("a b",), ["--x=c d"], ["c", "d"]),
    ],
)
def test_flags_of_1_5(flags, function, arguments, words, expected):
    getattr(flags, function)("x", *arguments, "")
    sys.argv += words
    assert flags.FLAGS.x == expected


def test_flags_with_a_parser(flags):
    flags.DEFINE(flags.IntegerParser(), "one", 1, "")
    flags.DEFINE_multi(flags.IntegerParser(), flags.ArgumentSerializer(), "many", [1], "")
    flags.DEFINE_flag(flags.BooleanFlag("yes", False, ""))
    sys.argv += ["--one=2", "--many=3", "--many=4", "--yes"]
    assert (flags.FLAGS.one, flags.FLAGS.many, flags.FLAGS.yes) == (2, [3, 4], True)


@pytest.mark.parametrize(
    "mark, words",
    [
        (lambda flags: flags.register_validator("x", lambda x: x != 3), ["--x=3"]),
        (lambda flags: flags.validator("x")(lambda x: x != 3), ["--x=3"]),
        (lambda flags: flags.mark_flags_as_required(["x", "y"]), ["--x=3"]),
        (lambda flags: flags.mark_flags_as_mutual_exclusive(["x", "y"]), ["--x=3", "--y=3"]),
        (
            lambda flags: flags.mark_bool_flags_as_mutual_exclusive(["a", "b"]),
            ["--x=3", "--a", "--b"],
        ),
        (
            lambda flags: flags.register_multi_flags_validator(["x", "y"], lambda v: v["x"] != 3),
            ["--x=3"],
        ),
        (lambda flags: flags.multi_flags_validator(["x", "y"])(lambda v: v["x"] != 3), ["--x=3"]),
    ],
)
def test_validators(flags, capsys, mark, words):
    for name in "xy":
        flags.DEFINE_integer(name, None, "")
    for name in "ab":
        flags.DEFINE_bool(name, False, "")
    mark(flags)
    flags.declare_key_flag("x")
    flags.adopt_module_key_flags(sys.modules[__name__])
    with pytest.raises(SystemExit):
        flags.FLAGS._parse_flags(words)
    assert "FATAL Flags parsing error" in capsys.readouterr().err
