"""Forms in which a loss may take labels."""

import numpy as np

from legacy_cnn.parity.packing import Piece, pack
from legacy_cnn.parity.sides.label_forms import label_forms

LENGTHS = np.array([1, 3], np.int32)
TAGS = np.array([[4, 0, 0], [1, 2, 3]], np.int32)


def forms_of(*arrays):
    parts = tuple(Piece(str(at), one.shape[1:], one.dtype.name) for at, one in enumerate(arrays))
    packed = pack(arrays)
    return [form(packed) for form in label_forms(packed, parts)]


def test_one_of_several_labels_may_be_masked_by_lengths():
    all_of_them, tags, masked, lengths = forms_of(LENGTHS, TAGS)
    assert len(all_of_them) == 2
    np.testing.assert_array_equal(tags, TAGS)
    np.testing.assert_array_equal(masked, [[4, -1, -1], [1, 2, 3]])
    np.testing.assert_array_equal(lengths, LENGTHS)


def test_one_of_several_labels_may_be_masked_by_another_one():
    mask = np.array([[1, 0, 0], [1, 1, 0]], np.int32)
    masked = forms_of(TAGS, mask)[2]
    np.testing.assert_array_equal(masked, [[4, -1, -1], [1, 2, -1]])


def test_classes_may_be_one_hot_and_the_other_way_round():
    one_hot = np.eye(3, dtype=np.float32)
    assert [np.shape(form(one_hot)) for form in label_forms(one_hot)] == [(3, 3), (3,), (3, 1)]
    classes = np.arange(3)
    forms = [np.shape(form(classes)) for form in label_forms(classes, classes=4)]
    assert forms == [(3,), (3, 4), (3, 1)]
