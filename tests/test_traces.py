"""Traces of old programs: three of old releases are read and replayed, and forged ones refused."""

import dataclasses
import io
import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

from legacy_cnn.errors import TraceError
from legacy_cnn.originals import read_trace
from support.traces import array, index_of, members_of, write

TRACES = Path(__file__).parent / "golden" / "originals" / "traces"
RELEASES = ("0.12.1", "1.4.0", "1.15.5")


@pytest.fixture(scope="module")
def members():
    return members_of(TRACES / "1.4.0.npz")


@pytest.mark.parametrize("release", RELEASES)
def test_a_trace_of_each_release(release):
    trace = read_trace(TRACES / f"{release}.npz")
    assert trace.environment.tensorflow == release
    assert trace.environment.argv == ("small.py", "3")
    assert trace.kept == (1, 2) and trace.steps == 2 and trace.notes == ()
    assert trace.trainable(0) == ("W", "b", "V")
    first, second = trace.step(1), trace.step(2)
    assert first.targets == ("train",) and not first.delivered and not first.shared
    assert {name: each.shape for name, each in first.feeds.items()} == {
        "x:0": (5, 4), "y:0": (5, 3), "keep_prob:0": ()
    }  # fmt: skip
    (noise,) = first.noise.values()
    assert noise.shape == (5, 6) and noise.dtype == np.float32 and 0 <= noise.min() < 1
    assert len(first.before) == 12 and first.before["step"] == 0 and first.after["step"] == 1
    assert all(np.array_equal(first.after[name], second.before[name]) for name in first.before)
    assert {"Relu:0", "logits:0"} <= first.tensors.keys()
    (name,) = first.fetched
    steps, losses = trace.curves[name]
    assert steps.tolist() == [1, 2]
    assert losses.tolist() == [first.fetched[name], second.fetched[name]]
    with pytest.raises(TraceError, match=r"keeps the steps \(1, 2\), not step 3"):
        trace.step(3)


def test_no_environment_variables(members):
    index = index_of(members)
    assert list(index["environment"]) == [
        "argv", "devices", "machine", "numpy", "platform", "python", "tensorflow"
    ]  # fmt: skip


def refused(path, why):
    with pytest.raises(TraceError, match=why) as caught:
        trace = read_trace(path)
        for number in trace.kept:
            trace.step(number)
        trace.graph(0)
    assert str(path) in str(caught.value) and "\n" not in str(caught.value)


def test_no_trace(tmp_path, members):
    (tmp_path / "text.npz").write_text("no zip")
    refused(tmp_path / "text.npz", "File is not a zip file")
    refused(tmp_path, "not a regular file")
    np.savez(tmp_path / "other.npz", a=np.zeros(3))
    refused(tmp_path / "other.npz", "It has no index")
    with pytest.raises(FileNotFoundError):
        read_trace(tmp_path / "none.npz")


def test_truncated_or_damaged(tmp_path):
    content = (TRACES / "1.4.0.npz").read_bytes()
    for size in (len(content) // 2, len(content) - 30):
        (tmp_path / "short.npz").write_bytes(content[:size])
        refused(tmp_path / "short.npz", "cannot be read as a trace")
    # Within the bytes of the third member: a checksum does not fit, or nothing is inflated.
    with zipfile.ZipFile(TRACES / "1.4.0.npz") as archive:
        place = archive.infolist()[2].header_offset + 60
    changed = bytearray(content)
    changed[place] ^= 0xFF
    (tmp_path / "changed.npz").write_bytes(changed)
    refused(tmp_path / "changed.npz", "cannot be read as a trace")


def test_members_that_are_no_plain_arrays(tmp_path, members):
    shape = tuple(index_of(members)["arrays"][3]["shape"])
    pickled = array(np.full(shape, {"a": 1}, object), allow_pickle=True)
    for content, why in (
        (pickled, "takes|type object"),
        (b"\x80\x04K\x01." * 200, "magic string"),
        (array(np.asfortranarray(np.zeros((40, 40)))), "C order"),
        (array(np.zeros(500, "S4")), "plain numbers"),
        (array(np.zeros(500, np.float64)), "its index says"),
    ):
        refused(write(tmp_path / "t.npz", {**members, "array_3.npy": content}), why)


def test_sizes_are_checked_before_anything_is_allocated(tmp_path, members):
    index = index_of(members)
    header = array(np.zeros(0, np.float32)).replace(b"(0,), }", b"(9999999999,), }")
    padding = len(header) - len(array(np.zeros(0, np.float32)))
    header = header.replace(b" " * padding + b"\n", b"\n") + bytes(100)
    refused(write(tmp_path / "t.npz", {**members, "array_3.npy": header}), "its index says")
    bomb = {**members, "array_3.npy": bytes(2**21)}
    refused(
        write(tmp_path / "t.npz", bomb, compression=zipfile.ZIP_DEFLATED),
        "larger than any that the recorder compresses",
    )
    for shape in ([2**40], [-1], [3, 2**62], [1] * 40):
        arrays = [*index["arrays"]]
        arrays[3] = {**arrays[3], "shape": shape}
        why = "impossible shape|an integer of"
        refused(write(tmp_path / "t.npz", members, {**index, "arrays": arrays}), why)


def test_members_that_the_index_does_not_name(tmp_path, members):
    refused(write(tmp_path / "t.npz", {**members, "more.npy": array([1])}), "exactly the arrays")
    fewer = {name: content for name, content in members.items() if name != "array_3.npy"}
    refused(write(tmp_path / "t.npz", fewer), "exactly the arrays")
    twice = zipfile.ZipFile(write(tmp_path / "t.npz", members), "a")
    with twice, pytest.warns(UserWarning, match="Duplicate"):
        twice.writestr("index.npy", members["index.npy"])
    refused(tmp_path / "t.npz", "two members of one name")
    with zipfile.ZipFile(tmp_path / "t.npz", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("index.npy", members["index.npy"])
    refused(tmp_path / "t.npz", "compressed in a way")


def changed(index, path, value):
    """A copy of the index with another value at a path of keys."""
    index = json.loads(json.dumps(index))
    inner = index
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return index


@pytest.mark.parametrize(
    ("path", "value", "why"),
    [
        (["format"], "something", "not a trace that record_tf1.py has written"),
        (["version"], 2, "of version 2; this release reads version 1"),
        (["steps"], 1, "keeps step 2 of 1"),
        (["steps"], "2", "index.steps is '2', expected an integer"),
        (["more"], 1, "index.more is unknown"),
        (["arrays", 3, "dtype"], "object", "of the type 'object'"),
        (["arrays", 3, "dtype"], "float64", "its index says"),
        (["arrays", 3, "dtype"], "string", "strings without lengths"),
        (["arrays", 3], {"dtype": "string", "shape": [1], "lengths": 0}, "lengths do not fit"),
        (["kept", 0, "number"], 2, "not in their order"),
        (["kept", 0, "graph"], 1, "Step 1 has no graph"),
        (["kept", 0, "after"], {}, "missing after it"),
        (["kept", 0, "feeds"], {"x:0": 10**6}, "names array 1000000 of"),
        (["kept", 0, "feeds"], {"x:0": -1}, "names array -1 of"),
        (["kept", 0, "feeds"], {"\x1b[31m:0": 1}, "impossible name '.x1b"),
        (["kept", 0, "targets"], ["../x y"], "impossible name"),
        (["kept"], [], "keeps no steps"),
        (["graphs", 0, "array"], 1, "graph is not of bytes"),
        (["history", 0, "values"], 0, "values that do not belong to steps"),
        (["environment", "argv"], None, "argv is null"),
    ],
)  # fmt: skip
def test_an_index_that_lies(tmp_path, members, path, value, why):
    refused(write(tmp_path / "t.npz", members, changed(index_of(members), path, value)), why)


def test_an_index_that_is_not_json(tmp_path, members):
    for text in (b"\xff", b"{", b'{"steps": NaN}', b"[" * 100_000):
        content = array(np.frombuffer(text, np.uint8))
        refused(write(tmp_path / "t.npz", {**members, "index.npy": content}), "is not JSON")


# ------------------------------------------------------------------------------- replayed


@pytest.mark.tensorflow
@pytest.mark.parametrize("release", RELEASES)
def test_todays_tensorflow_computes_what_each_release_did(release):
    from legacy_cnn.originals import replay

    result = replay(read_trace(TRACES / f"{release}.npz"))
    assert result.same and result.recorded_on == release
    for step in result.steps:
        roles = [each.role for each in step.tensors]
        assert roles.count("variable") == 12 and roles.count("fetched") == 1
        assert max(each.difference for each in step.tensors) < 2e-6
        assert step.tensors[0].name == "W"  # in the order of the graph
    assert type(result).from_json(result.to_json()) == result


@pytest.mark.tensorflow
def test_the_command_tells_rounding_from_a_difference(tmp_path, called, members):
    done = called("replay", TRACES / "1.4.0.npz")
    assert done.returncode == 0 and done.stderr == ""
    assert "2 steps of small.py 3" in done.stdout
    assert done.stdout.endswith("Every step is equal to the recording, but for rounding.\n")
    index = index_of(members)
    place = index["kept"][1]["after"]["W"]
    weights = np.load(io.BytesIO(members[f"array_{place}.npy"]))
    weights[2, 3] += 2e-4  # a fiftieth of the step
    path = write(tmp_path / "t.npz", {**members, f"array_{place}.npy": array(weights)})
    done = called("replay", path)
    assert done.returncode == 1
    assert "Step 2 differs in 1 of " in done.stdout and "W " in done.stdout
    json_done = called("replay", path, "--json")
    result = json.loads(json_done.stdout)
    assert json_done.returncode == 1 and result["same"] is False


@pytest.fixture
def forge(tmp_path, members):
    """Writes the trace with another graph, in which the loss waits for more operations."""
    import tensorflow.compat.v1 as tf

    index = index_of(members)
    place = index["graphs"][0]["array"]
    original = tf.GraphDef.FromString(np.load(io.BytesIO(members[f"array_{place}.npy"])).tobytes())

    def forge(build=None, change=None):
        definition = tf.GraphDef()
        definition.CopyFrom(original)
        if build:
            with tf.Graph().as_default() as graph:
                result = build(tf)
            definition.node.extend(graph.as_graph_def().node)
            definition.library.CopyFrom(graph.as_graph_def().library)
            relu = next(node for node in definition.node if node.name == "Relu")
            relu.input[0] = result.name
        if change:
            change(definition)
        content = np.frombuffer(definition.SerializeToString(), np.uint8)
        arrays = changed(index, ["arrays", place, "shape"], [len(content)])
        name = f"array_{place}.npy"
        return write(tmp_path / "forged.npz", {**members, name: array(content)}, arrays)

    return forge


def read_file(tf):
    return tf.decode_raw(tf.read_file("/etc/passwd"), tf.float32, name="forged")


def python(tf):
    return tf.py_func(lambda: np.float32(1), [], tf.float32, name="forged")


def write_file(tf):
    with tf.control_dependencies([tf.raw_ops.WriteFile(filename="forged", contents="x")]):
        return tf.constant(1.0, name="forged")


def call_of_a_function(tf):
    function = tf.function(lambda: tf.io.decode_raw(tf.io.read_file("x"), tf.float32))
    return tf.identity(function(), name="forged")


def call_of_itself(tf):
    function = tf.function(lambda value: value + 1.0)
    return tf.identity(function(tf.constant(0.0, name="forged_input")), name="forged")


def made_recursive(definition):
    (function,) = definition.library.function
    node = function.node_def[0]
    node.op = "StatefulPartitionedCall"
    node.attr["f"].func.name = function.signature.name


def large_constant(definition):
    for node in definition.node:
        if node.op == "Const":
            node.attr["value"].tensor.tensor_shape.dim.add(size=2**40)


def unknown_type(definition):
    for node in definition.node:
        if node.op == "Const":
            node.attr["value"].tensor.dtype = 9999


def loop_of_nodes(definition):
    next(node for node in definition.node if node.name == "Relu").input[0] = "logits"


def unknown_operation(definition):
    next(node for node in definition.node if node.name == "Relu").op = "Rm"


@pytest.mark.tensorflow
@pytest.mark.parametrize(
    ("forged", "why"),
    [
        ({"build": read_file}, "of type 'ReadFile'"),
        ({"build": python}, "of type 'PyFunc'"),
        ({"build": call_of_a_function}, "of type 'ReadFile'"),
        ({"build": call_of_itself, "change": made_recursive}, "calls itself"),
        ({"change": large_constant}, "more than a graph from outside may"),
        ({"change": unknown_type}, "is of an unknown type"),
        ({"change": loop_of_nodes}, "cannot be loaded"),
        ({"change": unknown_operation}, "of type 'Rm'"),
        ({"change": lambda graph: graph.node.add(name="W")}, "two operations of one name"),
        ({"change": lambda graph: graph.ClearField("node")}, "no operation"),
    ],
)
def test_a_forged_graph_does_not_run(forge, called, forged, why):
    done = called("replay", forge(**forged))
    assert done.returncode == 2
    assert "Step 1 was not replayed: " in done.stdout and why in done.stdout


@pytest.mark.tensorflow
def test_a_loop_that_never_ends(forge, monkeypatch):
    from legacy_cnn.originals import replay, running

    def endless(tf):
        with tf.name_scope("endless"):
            zero = tf.zeros([5, 6])
            return tf.while_loop(lambda value: value[0, 0] < 1, lambda value: value * 1, [zero])

    monkeypatch.setattr(running, "PATIENCE", 0.5)
    result = replay(read_trace(forge(endless)))
    assert result.steps[0].failure == "The step did not end within 0.5 seconds."


@pytest.mark.tensorflow
def test_what_only_orders_a_step_is_not_run(forge, called, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    done = called("replay", forge(build=write_file))
    assert done.returncode == 2 or "differs" in done.stdout  # it computes something else
    assert not (tmp_path / "forged").exists()


@pytest.mark.tensorflow
def test_a_graph_that_is_none(tmp_path, called, members):
    index = index_of(members)
    place = index["graphs"][0]["array"]
    index["arrays"][place]["shape"] = [4]
    content = array(np.frombuffer(b"\xff\xff\xff\xff", np.uint8))
    done = called(
        "replay", write(tmp_path / "t.npz", {**members, f"array_{place}.npy": content}, index)
    )
    assert done.returncode == 2
    assert done.stderr == "legacy-cnn: The trace's graph is not a GraphDef.\n"


def test_a_step_has_everything_that_is_fed():
    step = read_trace(TRACES / "1.4.0.npz").step(1)
    assert step.given.keys() == step.feeds.keys() | step.noise.keys()
    with pytest.raises(dataclasses.FrozenInstanceError):
        step.number = 2
