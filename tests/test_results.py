"""Results are written as JSON and read again, and a file that is none ends in one sentence."""

import dataclasses
import json
import math
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest

from legacy_cnn import results
from legacy_cnn.errors import LegacyCnnError, ResultError
from legacy_cnn.outside import jsonfiles
from legacy_cnn.results import (
    Evaluation,
    Prediction,
    Predictions,
    Record,
    TrainingResult,
)
from support.samples import EVALUATION, PREDICTIONS, SAMPLES, TRAINING

#: Takes the place of parts of a result.
WRONG = [None, True, -1, 2.5, math.nan, 10**400, "x\x1b\n", [], {}, [[[]]], {"a": {}}, ["x"]]


def written(result, path):
    path.write_text(json.dumps(result.to_json(), allow_nan=False))
    return path


def test_every_kind_has_a_sample():
    assert SAMPLES.keys() == results.KINDS.keys()
    assert all(type(one) is results.KINDS[kind] for kind, one in SAMPLES.items())


@pytest.mark.parametrize("kind", results.KINDS)
def test_a_result_survives_its_file(kind, tmp_path):
    sample = SAMPLES[kind]
    path = written(sample, tmp_path / "result.json")
    assert json.loads(path.read_text())["kind"] == kind
    for again in (results.read(path), results.read(str(path), type(sample))):
        assert type(again) is type(sample)
        assert repr(again) == repr(sample)  # NaN is not equal to itself
        assert again.to_json() == sample.to_json()


@pytest.mark.parametrize("kind", results.KINDS)
def test_a_result_cannot_be_changed(kind):
    sample = SAMPLES[kind]
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(sample, dataclasses.fields(sample)[0].name, None)


def test_fields_of_the_json():
    """As `--json` prints them, and results.json of a run has them."""
    assert EVALUATION.to_json()["classes"][0] == {
        "digit": 0, "precision": 0.5, "recall": None, "f1": 1 / 3, "count": 3,
    }  # fmt: skip
    assert list(TRAINING.to_json()) == [
        "kind", "status", "step", "epochs", "accuracy", "weights_sha256", "seconds", "staleness",
    ]  # fmt: skip
    assert TRAINING.to_json()["epochs"][1] == {
        "epoch": 1, "loss": "inf", "train_accuracy": 0.9279, "test_accuracy": 0.965,
        "test_accuracy_dropout_on": "nan", "seconds": 14.906,
    }  # fmt: skip


def test_the_kind_may_be_missing_where_the_class_is_known(tmp_path):
    value = {name: inner for name, inner in EVALUATION.to_json().items() if name != "kind"}
    assert Evaluation.from_json(value) == EVALUATION
    path = tmp_path / "result.json"
    path.write_text(json.dumps(value))
    assert results.read(path, Evaluation) == EVALUATION
    with pytest.raises(ResultError, match='"kind" is missing, expected one of benchmark, comparis'):
        results.read(path)


def test_numbers_that_json_does_not_have_are_read_in_both_ways(tmp_path):
    """Files of earlier versions have them as Python writes them."""
    text = json.dumps(TRAINING.to_json()).replace('"nan"', "NaN").replace('"inf"', "Infinity")
    (tmp_path / "results.json").write_text(text)
    epoch = results.read(tmp_path / "results.json", TrainingResult).epochs[1]
    assert math.isinf(epoch.loss) and math.isnan(epoch.test_accuracy_dropout_on)


@dataclasses.dataclass(frozen=True)
class Inner:
    size: int
    label: str = "none"


@dataclasses.dataclass(frozen=True)
class Everything(Record):
    kind = "everything"
    derived: ClassVar[tuple[str, ...]] = ("total",)

    inner: Inner | None
    many: dict[str, tuple[Inner, ...]]
    pair: tuple[int, str]
    state: Literal["on", "off"]
    number_or_text: float | str
    anything: Any = None
    path: str | None = None

    @property
    def total(self) -> int:
        return sum(one.size for ones in self.many.values() for one in ones)


EVERYTHING = Everything(
    inner=Inner(1),
    many={"a b": (Inner(2), Inner(3, "x")), "": ()},
    pair=(4, "five"),
    state="on",
    number_or_text="six",
    anything={"deep": [{"er": [None, True, 1.5]}]},
)


def test_all_annotations_and_properties():
    value = EVERYTHING.to_json()
    assert value["total"] == 5 and value["inner"] == {"size": 1, "label": "none"}
    assert Everything.from_json(json.loads(json.dumps(value))) == EVERYTHING
    assert Everything.from_json({**value, "inner": None, "number_or_text": 2}).number_or_text == 2.0
    assert Everything.from_json({**value, "number_or_text": "nan"}).number_or_text != "nan"


def test_paths_become_strings():
    changed = dataclasses.replace(EVERYTHING, path=Path("a") / "b", anything=(Path("c"), 1))
    assert changed.to_json()["path"] == "a/b" and changed.to_json()["anything"] == ["c", 1]


def test_what_cannot_be_json_is_a_mistake_of_the_program():
    with pytest.raises(TypeError, match="object cannot be written as JSON"):
        dataclasses.replace(EVERYTHING, anything=object()).to_json()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"inner": {"size": "1"}}, "everything.inner.size is '1', expected an integer."),
        ({"inner": {"size": True}}, "everything.inner.size is true, expected an integer."),
        ({"inner": {"size": 1.0}}, "everything.inner.size is 1.0, expected an integer."),
        ({"inner": {}}, "everything.inner.size is missing, expected an integer."),
        ({"inner": 1}, "everything.inner is 1, expected an object or null."),
        ({"inner": []}, "everything.inner is an array, expected an object."),
        ({"many": []}, "everything.many is an array, expected an object."),
        ({"many": {"a b": {}}}, "everything.many.'a b' is an object, expected an array."),
        ({"many": {"a": [{"size": None}]}}, "everything.many.a[0].size is null, expected an int"),
        ({"pair": [1]}, "everything.pair has 1 elements, expected 2."),
        ({"pair": [1, 2]}, "everything.pair[1] is 2, expected a string."),
        ({"pair": "12"}, "everything.pair is '12', expected an array."),
        ({"state": "auto"}, "everything.state is 'auto', expected 'on' or 'off'."),
        ({"number_or_text": {}}, "everything.number_or_text is an object, expected a number or"),
        ({"colour": 1}, "everything.colour is unknown, expected only inner, many, pair, state,"),
        ({"\x1b[2J" * 9: 1}, r"'\x1b[2J\x1b["),
        ({"kind": 7}, "everything.kind is 7, expected a string."),
        ({"kind": "other"}, "everything.kind is 'other', expected 'everything'."),
        ({"anything": 10**30}, "everything.anything is an integer of 100 bits, expected at most"),
        ({"number_or_text": 10**400}, "number_or_text is 1000"),
    ],
)
def test_the_message_names_the_field(changes, message):
    with pytest.raises(ResultError) as error:
        Everything.from_json({**EVERYTHING.to_json(), **changes})
    assert message in str(error.value)
    assert str(error.value).isprintable() and len(str(error.value)) < 200


def test_a_value_of_any_type_is_not_nested_without_end():
    deep: list = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(ResultError, match="nested deeper than 40 levels"):
        Everything.from_json({**EVERYTHING.to_json(), "anything": deep})
    with pytest.raises(ResultError, match=r"pair\[0\] is an array, expected an integer"):
        Everything.from_json({**EVERYTHING.to_json(), "pair": [deep, ""]})


def places(value, place=()):
    """Where the parts of a JSON value are: tuples of keys."""
    yield place
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*place, key))


def replaced(value, place, wrong):
    if not place:
        return wrong
    copy = value.copy()
    copy[place[0]] = replaced(value[place[0]], place[1:], wrong)
    return copy


#: They have thousands of parts.
LARGE = ("port", "study")


@pytest.mark.parametrize(
    "kind",
    [pytest.param(kind, marks=pytest.mark.slow if kind in LARGE else ()) for kind in results.KINDS],
)
def test_wrong_parts_are_accepted_or_one_sentence(kind):
    value = SAMPLES[kind].to_json()
    refused = 0
    for place in places(value):
        for wrong in WRONG:
            try:
                again = type(SAMPLES[kind]).from_json(replaced(value, place, wrong))
            except ResultError as error:
                refused += 1
                assert str(error).startswith(kind) and str(error).isprintable()
            else:
                json.dumps(again.to_json(), allow_nan=False)
    assert refused > len(WRONG)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "not JSON: Expecting value at line 1, column 1."),
        (b'{"kind": "rep', "not JSON: Unterminated string starting at line 1, column 10."),
        (b'{"kind": \n}', "not JSON: Expecting value at line 2, column 1."),
        (b"\xff\xfe{\x00}\x00", "not UTF-8 at byte 0; expected a JSON file."),
        (b"[" * 200_000, "not a results file: the JSON is nested too deeply."),
        (b'{"kind":' * 200_000, "not a results file: the JSON is nested too deeply."),
        (b"[" * 900 + b"]" * 900, "not a results file: it contains an array, not an object."),
        (b'{"kind": ' + b"[" * 900 + b"]" * 900 + b"}", '"kind" is an array, expected one of'),
        (b"1" * 5000, "not JSON that can be read: Exceeds the limit"),
        (b"[]", "not a results file: it contains an array, not an object."),
        (b"{}", 'not a results file: "kind" is missing, expected one of benchmark,'),
        (b'{"kind": null}', '"kind" is null, expected one of benchmark, comparison, '),
        (b'{"kind": "x\\u001b[2J\\n"}', r"""is 'x\x1b[2J\n', expected one of"""),
        (b'{"kind": "predictions"}', "predictions.predictions is missing, expected an array."),
        (b'{"kind": "predictions", "predictions": [1e999]}', "[0] is inf, expected an object."),
    ],
)
def test_files_that_hold_no_results(tmp_path, content, message):
    path = tmp_path / "x.json"
    path.write_bytes(content)
    with pytest.raises(ResultError) as error:
        results.read(path)
    assert str(error.value).startswith(f"{path}: ") and message in str(error.value)
    assert str(error.value).isprintable()


def test_what_is_no_regular_file_is_not_opened(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    for path, kind in ((tmp_path / "fifo", "FIFO"), ("/dev/zero", "device")):
        with pytest.raises(ResultError, match=f"^{path} is a {kind}; expected a JSON file"):
            results.read(path)
    with pytest.raises(IsADirectoryError, match="expected a JSON file"):
        results.read(tmp_path)
    with pytest.raises(FileNotFoundError):
        results.read(tmp_path / "nothing.json")


def test_a_file_larger_than_any_result(tmp_path, monkeypatch):
    path = written(EVALUATION, tmp_path / "result.json")
    monkeypatch.setattr(jsonfiles, "LARGEST", path.stat().st_size)
    assert results.read(path) == EVALUATION
    monkeypatch.setattr(jsonfiles, "LARGEST", path.stat().st_size - 1)
    with pytest.raises(ResultError, match=r"not a results file: it has more than [\d,]+ bytes\."):
        results.read(path)


def test_another_kind_than_the_expected_one(tmp_path):
    path = written(PREDICTIONS, tmp_path / "result.json")
    with pytest.raises(ResultError, match="kind is 'predictions', expected 'evaluation'"):
        results.read(path, Evaluation)
    assert issubclass(ResultError, LegacyCnnError) and issubclass(ResultError, ValueError)


def test_a_byte_order_mark_is_read_over(tmp_path):
    result = Predictions((Prediction("\u00e9.png", 1, (1.0,)),))
    path = tmp_path / "result.json"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(result.to_json(), ensure_ascii=False).encode())
    assert results.read(path) == result


def test_reading_imports_next_to_nothing(tmp_path):
    path = written(EVALUATION, tmp_path / "result.json")
    code = (
        "import sys\nfrom legacy_cnn import results\nresults.read(sys.argv[1])\n"
        "assert not {'tensorflow', 'keras', 'numpy', 'rich', 'matplotlib'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code, path], check=True)
