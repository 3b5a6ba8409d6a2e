"""What errors of sessions say."""

import pytest

from legacy_cnn.compat.hook import faces

pytestmark = pytest.mark.tensorflow


def test_a_message_begins_with_what_the_operation_says(old):
    x = old.placeholder(old.float32, [None], name="x")
    bad = old.check_numerics(old.log(-x), "bad", name="check")
    with old.Session() as session, pytest.raises(old.errors.InvalidArgumentError) as caught:
        session.run(bad, {x: [1.0]})
    error = caught.value
    assert error.message.startswith("bad : Tensor had NaN values\n\t [[node check (defined at ")
    assert "test_messages.py:12) ]]" in error.message
    assert error.op is bad.op and error.node_def.name == "check"
    assert error.error_code == old.errors.INVALID_ARGUMENT
    assert str(error).startswith("bad : Tensor") and "Original stack trace" in str(error)


def test_the_end_of_data(old):
    end = old.data.Dataset.range(0).make_one_shot_iterator().get_next()
    with old.Session() as session, pytest.raises(old.errors.OutOfRangeError) as caught:
        session.run(end)
    assert caught.value.message.splitlines()[0] == "End of sequence"


def test_what_was_not_fed(old):
    x = old.placeholder(old.float32, [], name="x")
    with old.Session() as session, pytest.raises(old.errors.InvalidArgumentError) as caught:
        session.run(x + 1)
    first = "You must feed a value for placeholder tensor 'x' with dtype float"
    assert caught.value.message.startswith(first)


def test_two_errors(old):
    x = old.placeholder(old.float32, [1], name="x")
    bad = [old.check_numerics(old.log(-x), f"bad{each}") for each in range(2)]
    with old.Session() as session, pytest.raises(old.errors.InvalidArgumentError) as caught:
        session.run(bad, {x: [1.0]})
    assert "Detected at" not in caught.value.message and "NaN values" in caught.value.message


def test_the_type_of_a_tensor_has_its_name(old):
    assert type(old.constant(1)).__name__ == type(old.placeholder("float")).__name__ == "Tensor"


def test_compat_v1_is_what_is_served(old):
    served = faces("program")
    assert old.compat.v1 is old and served.imported("tensorflow.compat.v1") is old
    assert served.imported("tensorflow.compat.v1.app") is old.app
    assert old.compat.as_str(b"a") == "a" and old.compat.v2.function


def test_folding_numbers(old):
    folded = [
        old.foldl(lambda a, b: a - b, [1, 2, 3, 4]),
        old.foldr(lambda a, b: a - b, [1, 2, 3, 4]),
        old.foldl(lambda a, b: a + b, old.constant([1, 2])),
    ]
    with old.Session() as session:
        assert session.run(folded) == [-8, -2, 3]


@pytest.mark.parametrize("axes", [2, 3])
def test_a_transposed_convolution_is_as_large_as_said(old, axes):
    inputs = old.placeholder(old.float32, [None, *[2] * axes, 3])
    kernel = old.ones([2] * axes + [5, 3])
    convolve = [old.nn.conv2d_transpose, old.nn.conv3d_transpose][axes - 2]
    strides = [1, *[2] * axes, 1]
    result = convolve(inputs, kernel, [7, *[4] * axes, 5], strides)
    assert result.shape.as_list() == [7, *[4] * axes, 5]
    batch = old.shape(inputs)[0]
    result = convolve(inputs, kernel, old.stack([batch, *[4] * axes, 5]), strides)
    assert result.shape.as_list()[1:] == [*[4] * axes, 5]
