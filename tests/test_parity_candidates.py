"""Candidates of every kind, their data, and what cannot be compared."""

import keras as k
import numpy as np
import pytest

from conftest import COMPARED, TEST
from legacy_cnn import conversion, parity, randomness, show, weights
from legacy_cnn.errors import ParityError, UsageError, WeightsError
from legacy_cnn.ports import keras
from legacy_cnn.results.report import NOT_COMPARED, PASSED, REWRITTEN, SAME
from legacy_cnn.serving import export
from support import small
from support.ports import LADDER, statuses

pytestmark = pytest.mark.tensorflow


@pytest.mark.slow
def test_a_keras_file(compare, tmp_path):
    """With an input for the noise of its dropout."""
    keras.build_model(noise=True).save(tmp_path / "port.keras")
    later = LADDER[LADDER.index("gradients") :]
    report = compare(tmp_path / "port.keras", except_for=later)
    assert report.same and statuses(report)["dropout"] == PASSED, show.plain(report)


@pytest.fixture(scope="module")
def exported(trained, tmp_path_factory):
    return export(trained[0], tmp_path_factory.mktemp("parity") / "export")


#: What a SavedModel does not have, for nobody trains it.
TRAINING = ["dropout", "loss", "gradients", "update", "steps", "initial weights"]


def assert_serves_the_same(report):
    assert report.same, show.plain(report)
    assert [statuses(report)[name] for name in TRAINING] == [NOT_COMPARED] * len(TRAINING)


@pytest.mark.slow
def test_a_saved_model_and_weights_of_the_same_run(compare, trained, exported):
    report = compare(exported / "saved_model" / "1", weights=trained[0])
    assert_serves_the_same(report)
    assert statuses(report)["predictions"] == PASSED
    assert report.accuracy["candidate"] > 0.85
    report = compare(exported / "weights.npz", weights=trained[0])
    assert not report.first and statuses(report)["weights"] == PASSED
    assert list(report.uncompared) == [*LADDER[2:8], "predictions", "initial weights"]


@pytest.mark.slow
def test_weights_are_put_into_a_saved_model(compare, exported):
    report = compare(exported / "saved_model" / "1", seed=3)
    assert_serves_the_same(report)


def test_a_keras_saved_model(compare_small, tmp_path):
    small.sequential().export(tmp_path / "saved", verbose=False)
    report = compare_small(tmp_path / "saved")
    assert_serves_the_same(report)
    findings = {(each.tensor, each.verdict) for each in report.rungs[2].findings}
    assert ("probabilities", SAME) in findings
    assert all(verdict in (SAME, REWRITTEN) for _, verdict in findings)


@pytest.mark.slow
def test_weights_of_another_run(compare, trained, tmp_path):
    other = randomness.initial_weights(3)
    weights.write(tmp_path / "other.npz", other)
    rung, finding = compare(tmp_path / "other.npz", weights=trained[0]).first
    assert (rung.name, finding.tensor) == ("weights", "W_conv1")
    # Shapes and types: there is nothing to compare with.
    report = compare(tmp_path / "other.npz")
    assert not report.first and statuses(report)["weights"] == PASSED


def laid_out(trained, folder, name, change):
    """A file with the weights of a run, one of them otherwise."""
    original = conversion.read(trained[0])
    original[name] = np.ascontiguousarray(change(original[name]))
    np.savez(folder / "laid_out.npz", **original)
    return folder / "laid_out.npz"


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("name", "change", "cause"),
    [
        ("W_conv2", lambda w: w.transpose(3, 2, 0, 1), "OIHW, as in PyTorch"),
        ("W_conv1", lambda w: w.transpose(1, 0, 2, 3), "height and width are swapped"),
        ("W_conv2", lambda w: w[::-1, ::-1], "the kernel is rotated by 180 degrees"),
        (
            "W_fc",
            lambda w: w.reshape(7, 7, 64, 1024).transpose(2, 0, 1, 3).reshape(3136, 1024),
            "channel by channel (NCHW)",
        ),
    ],
)
def test_layouts_are_named_as_the_cause(compare, trained, name, change, cause, tmp_path):
    candidate = laid_out(trained, tmp_path, name, change)
    rung, finding = compare(candidate, weights=trained[0]).first
    assert (rung.name, finding.tensor) == ("weights", name)
    assert cause in finding.cause


@pytest.mark.slow
@pytest.mark.parametrize("change", [lambda w: w.T, lambda w: w.reshape(7, 7, 64, 1024)])
def test_a_dense_layer_may_be_transposed_or_a_convolution(compare, trained, change, tmp_path):
    candidate = laid_out(trained, tmp_path, "W_fc", change)
    report = compare(candidate, weights=trained[0])
    assert not report.first and statuses(report)["weights"] == PASSED


class Raising(k.Model):
    def call(self, x, training=False):
        raise RuntimeError("not today\nor tomorrow")


def test_a_dict_of_outputs(compare_small):
    model = small.network()
    report = compare_small(k.Model(model.input, {"digit": model.output}))
    assert not report.first and statuses(report)["predictions"] == PASSED


def with_more():
    more = k.layers.Dense(10, name="more", **small.drawn())
    return small.port(logits=(k.layers.Dense(10, **small.drawn()), more))


def with_fewer_filters():
    conv1 = k.layers.Conv2D(3, 5, padding="same", activation="relu", **small.drawn())
    return small.port(conv1=conv1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "tensor", "note"),
    [
        (with_fewer_filters, "W_conv1", "has shape (5, 5, 1, 3), expected (5, 5, 1, 4)"),
        (with_more, "more/kernel", "the reference trains no such variable (10, 10)"),
    ],
)
def test_other_weights_are_a_difference(compare_small, make, tensor, note):
    rung, finding = compare_small(make()).first
    assert (rung.name, finding.tensor) == ("weights", tensor)
    assert note in finding.note


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (Raising, r"RuntimeError: not today \(.*test_parity_candidates.py, line \d+\)"),
        (
            lambda: k.Sequential([k.Input((100,)), k.layers.Dense(10)]),
            r"takes inputs of shape \(100,\)",
        ),
        (lambda: 7, "is of type int: expected a keras.Model"),
        (lambda: "no_such_module:port", "cannot be built: ModuleNotFoundError"),
        (lambda: "json:no_such_function", "cannot be built: AttributeError"),
        (
            lambda: "port.txt",
            "must be graph, eager, .*, a .keras, .h5 or .npz file, .* not port.txt",
        ),
    ],
)
def test_what_cannot_be_compared(compare_small, make, message):
    with pytest.raises(ParityError, match=message) as caught:
        compare_small(make())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "not JSON"), ("[" * 10**5, "nested too deeply"), ("[]", "must contain a JSON object"),
     ('{"what": {}}', "whose only keys are"),
     ('{"candidate": {"a": 1}}', "must map names to strings"),
     ('{"reference": 1}', '"reference" must be an object, not 1')],
)  # fmt: skip
def test_a_mapping_that_is_none(content, message, tmp_path):
    (tmp_path / "map.json").write_text(content)
    with pytest.raises(ParityError, match=message):
        parity.Mapping.read(tmp_path / "map.json")


def test_wrong_settings(compare_small):
    with pytest.raises(UsageError, match="steps must be at least 1"):
        compare_small(small.port(), steps=0)


@pytest.mark.slow  # test_parity_entrances.py: the same for another reference
def test_weights_that_are_none(compare_small):
    with pytest.raises(WeightsError, match="weights"):
        compare_small(small.port(), weights=__file__)
    with pytest.raises(ParityError, match=r"^Missing or unexpected weights: b_fc"):
        ones = {name: np.ones(shape, np.float32) for name, shape in small.SHAPES.items()}
        compare_small(small.port(), weights={n: v for n, v in ones.items() if n != "b_fc"})


@pytest.mark.slow
def test_the_candidates_own_data(compare_small, files):
    """The right batches pass; in another order the first one differs."""
    from legacy_cnn.mnist.rows import scaled
    from legacy_cnn.randomness import SeededDraws

    images = files.train_images[:COMPARED, ..., None]
    labels = np.eye(10)[files.train_labels[:COMPARED]]

    def train(seed=0):
        batches = SeededDraws.of(seed).data_set(images, labels)
        return [batches.next_batch(16) for _ in range(COMPARED // 16)]

    def test():
        rows, classes = scaled(files.test_images[:TEST]), files.test_labels[:TEST]
        return [(rows[at : at + 32], classes[at : at + 32]) for at in range(0, TEST, 32)]

    report = compare_small(parity.Port(small.port(), train, test))
    assert report.same and statuses(report)["batch"] == PASSED, show.plain(report)
    rung, finding = compare_small(parity.Port(small.port(), lambda: train(1), test)).first
    assert (rung.name, finding.tensor, finding.step) == ("batch", "images", 1)
    rung, finding = compare_small(parity.Port(small.port(), lambda: train()[1:], None)).first
    assert finding.tensor == "images"
    rung, finding = compare_small(parity.Port(small.port(), None, lambda: test()[:-1])).first
    assert (finding.tensor, finding.note) == ("test images", "96, expected 100")
