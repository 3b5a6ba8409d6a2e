"""Candidates of every kind, their data, and what cannot be compared."""

import keras as k
import numpy as np
import pytest

from conftest import COMPARED, TEST
from legacy_cnn import parity, randomness, show, weights
from legacy_cnn.errors import ParityError, UsageError, WeightsError
from legacy_cnn.ports import keras
from legacy_cnn.results.report import NOT_COMPARED, PASSED
from legacy_cnn.serving import export
from support.ports import sequential, statuses

pytestmark = pytest.mark.tensorflow


def test_a_keras_file(compare, tmp_path):
    keras.build_model(noise=True).save(tmp_path / "port.keras")
    assert compare(tmp_path / "port.keras").same


@pytest.fixture(scope="module")
def exported(trained, tmp_path_factory):
    return export(trained[0], tmp_path_factory.mktemp("parity") / "export")


def test_a_saved_model_and_weights_of_the_same_run(compare, trained, exported):
    report = compare(exported / "saved_model", weights=trained[0])
    assert report.same, show.plain(report)
    assert statuses(report)["predictions"] == PASSED
    assert statuses(report)["update"] == NOT_COMPARED
    assert report.accuracy["candidate"] > 0.85
    report = compare(exported / "weights.npz", weights=trained[0])
    assert report.same and statuses(report)["weights"] == PASSED
    assert statuses(report)["forward"] == NOT_COMPARED


def test_weights_are_put_into_a_saved_model(compare, exported):
    report = compare(exported / "saved_model", seed=3)
    assert report.same, show.plain(report)


def test_a_keras_saved_model(compare, tmp_path):
    sequential().export(tmp_path / "saved", verbose=False)
    report = compare(tmp_path / "saved")
    assert report.same, show.plain(report)
    assert [each.tensor for each in report.rungs[2].findings] == 2 * ["probabilities"]


def test_weights_of_another_run(compare, trained, tmp_path):
    other = randomness.initial_weights(3)
    weights.write(tmp_path / "other.npz", other)
    rung, finding = compare(tmp_path / "other.npz", weights=trained[0]).first
    assert (rung.name, finding.tensor) == ("weights", "W_conv1")
    assert compare(tmp_path / "other.npz").same  # shapes and types: nothing to compare with


@pytest.mark.parametrize(
    ("name", "change", "cause"),
    [
        ("W_conv2", lambda w: w.transpose(3, 2, 0, 1), "OIHW, as in PyTorch"),
        ("W_fc", lambda w: w.T, "transposed: (out, in)"),
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
    from legacy_cnn import conversion

    original = conversion.read(trained[0])
    original[name] = np.ascontiguousarray(change(original[name]))
    np.savez(tmp_path / "laid_out.npz", **original)
    rung, finding = compare(tmp_path / "laid_out.npz", weights=trained[0]).first
    assert (rung.name, finding.tensor) == ("weights", name)
    assert cause in finding.cause


class Raising(k.Model):
    def call(self, x, training=False):
        raise RuntimeError("not today\nor tomorrow")


def returning_a_dict():
    model = keras.convolutional_neural_network()
    return k.Model(model.input, {"digit": model.output})


def with_more():
    model = keras.convolutional_neural_network()
    more = k.layers.Dense(10, name="more")(model.output)
    return k.Model(model.input, more)


def with_fewer_filters():
    return k.Sequential([k.Input((28, 28, 1)), k.layers.Conv2D(8, 5), k.layers.Flatten(),
                         k.layers.Dense(10)])  # fmt: skip


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (with_more, r"has an extra trained variable, more/kernel \(10, 10\)"),
        (
            with_fewer_filters,
            r"no counterpart for W_conv1 \(5, 5, 1, 32\); its unmatched arrays are seq",
        ),
        (Raising, "raised RuntimeError in its call: not today"),
        (
            lambda: k.Sequential([k.Input((100,)), k.layers.Dense(10)]),
            r"takes inputs of shape \(100,\)",
        ),
        (returning_a_dict, "returns a dict, expected one tensor"),
        (lambda: 7, "is of type int: expected a keras.Model"),
        (lambda: "no_such_module:port", "cannot be built: ModuleNotFoundError"),
        (lambda: "json:no_such_function", "cannot be built: AttributeError"),
        (lambda: "port.h5", "must be graph, eager, .*, a .keras or .npz file, .* not port.h5"),
    ],
)
def test_what_cannot_be_compared(compare, make, message):
    with pytest.raises(ParityError, match=message) as caught:
        compare(make())
    assert "\n" not in str(caught.value)


def test_a_missing_weight_gets_the_mapping_to_write(compare):
    with pytest.raises(ParityError, match=r'in mapping: {"candidate": {"W_conv1": "..."}}'):
        compare(with_fewer_filters())


@pytest.mark.parametrize(
    ("content", "message"),
    [("{", "is not valid JSON"), ("[]", "must contain a JSON object"),
     ('{"what": {}}', "whose only keys are"),
     ('{"candidate": {"a": 1}}', "must map names to strings"),
     ('{"reference": 1}', '"reference" must be an object, not 1')],
)  # fmt: skip
def test_a_mapping_that_is_none(content, message, tmp_path):
    (tmp_path / "map.json").write_text(content)
    with pytest.raises(ParityError, match=message):
        parity.Mapping.read(tmp_path / "map.json")


def test_wrong_settings(compare):
    with pytest.raises(UsageError, match="steps must be at least 1"):
        compare(keras.build_model(), steps=0)
    with pytest.raises(WeightsError, match="weights"):
        compare(keras.build_model(), weights=__file__)
    with pytest.raises(ParityError, match=r"^Missing or unexpected weights: b_fc"):
        drawn = randomness.initial_weights(0)
        compare(keras.build_model(), weights={n: v for n, v in drawn.items() if n != "b_fc"})


def test_the_candidates_own_data(compare, files):
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

    report = compare(parity.Port(keras.build_model(), train, test))
    assert report.same and statuses(report)["batch"] == PASSED, show.plain(report)
    rung, finding = compare(parity.Port(keras.build_model(), lambda: train(1), test)).first
    assert (rung.name, finding.tensor, finding.step) == ("batch", "images", 1)
    rung, finding = compare(parity.Port(keras.build_model(), lambda: train()[1:], None)).first
    assert finding.tensor == "images"
    rung, finding = compare(parity.Port(keras.build_model(), None, lambda: test()[:-1])).first
    assert (finding.tensor, finding.note) == ("test images", "96, expected 100")
