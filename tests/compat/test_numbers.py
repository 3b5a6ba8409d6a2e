"""Numbers that promote as in NumPy 1."""

import pickle

import numpy as np
import pytest

from legacy_cnn.compat.numbers import Float32, promoting


@pytest.mark.parametrize("other", [2, 2.0, True])
def test_a_number_of_python_makes_a_double(other):
    one = Float32(1.1)
    for result in (one + other, other + one, other - one, one * other, other / one, one**other):
        assert type(result) is np.float64
    assert other + one == other + float(np.float32(1.1))


def test_a_sum_of_losses_is_a_double():
    total = 0
    for _ in range(3):
        total += promoting(np.float32(0.1))
    assert total == 3 * float(np.float32(0.1)) and type(total) is np.float64


def test_with_arrays_and_singles_it_stays_a_single():
    one = Float32(1)
    assert (one + np.ones(2, np.float32)).dtype == np.float32
    assert (one + np.float32(1)).dtype == np.float32
    assert type(pickle.loads(pickle.dumps(one))) is np.float32
    assert np.asarray(one).dtype == np.float32 and isinstance(one, np.floating)


def test_structures_keep_their_form():
    value = {"a": [np.float32(1), (np.float32(2), None)], "b": np.ones(2, np.float32)}
    result = promoting(value)
    assert type(result["a"][0]) is type(result["a"][1][0]) is Float32
    assert result["a"][1][1] is None and result["b"] is value["b"]


def test_its_type_is_called_as_numpys():
    number = Float32(1.5)
    assert repr(type(number)) == "<class 'numpy.float32'>"
    assert type(number).__module__ == np.__name__  # as Keras asks before it writes JSON
