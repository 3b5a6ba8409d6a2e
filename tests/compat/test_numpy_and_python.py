"""What NumPy, SciPy, matplotlib and Python had in the years of TensorFlow 1."""

import collections.abc
import math
import time

import numpy as np
import pytest

from legacy_cnn.compat.hook import faces

pytestmark = pytest.mark.tensorflow


def face(name):
    return faces("program").imported(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("bool", bool), ("int", int), ("float", float), ("complex", complex), ("object", object),
        ("str", str), ("long", int), ("unicode", str), ("float_", np.float64),
        ("complex_", np.complex128), ("unicode_", np.str_), ("string_", np.bytes_),
        ("Inf", math.inf), ("Infinity", math.inf), ("infty", math.inf), ("PINF", math.inf),
        ("NINF", -math.inf),
    ],
)  # fmt: skip
def test_names_of_types_and_numbers(name, value):
    assert getattr(face("numpy"), name) is value or getattr(face("numpy"), name) == value


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("letters[:2] + string.lowercase[0] + string.uppercase[0]", "abaA"),
        ("join(['a', 'b'])", "a b"),
        ("join(['a', 'b'], '')", "ab"),
        ("replace('ab', 'a', 'c')", "cb"),
        ("split('a b')", ["a", "b"]),
        ("strip(' a ') + string.lstrip(' a') + string.rstrip('a ')", "aaa"),
        ("upper('a') + string.lower('A')", "Aa"),
        ("count('aa', 'a') + string.find('ab', 'b') + string.rfind('aa', 'a')", 4),
        ("atoi('3') + string.atof('.5')", 3.5),
        ("maketrans('a', 'b')", {97: 98}),
    ],
)
def test_functions_of_strings(call, expected):
    assert eval(f"string.{call}", {"string": face("string")}) == expected


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("NaN != np.NaN", True),
        ("alltrue([1, 0])", False),
        ("sometrue([1, 0])", True),
        ("product([2, 3])", 6),
        ("cumproduct([2, 3]).tolist()", [2, 6]),
        ("in1d([1, 2], [2]).tolist()", [False, True]),
        ("msort([[2], [1]]).tolist()", [[1], [2]]),
        ("round_(1.26, 1)", 1.3),
        ("row_stack([[1], [2]]).tolist()", [[1], [2]]),
        ("trapz([1, 3])", 2),
        ("asfarray([1]).dtype", np.float64),
        ("asfarray([1], np.int).dtype", np.float64),
        ("asfarray([1], np.float32).dtype", np.float32),
        ("asscalar(np.array([3]))", 3),
        ("reshape([1, 2], newshape=(2, 1)).shape", (2, 1)),
        ("reshape([1, 2], (2, 1)).shape", (2, 1)),
        ("array([[1, 2], [3]]).dtype", object),
        ("array([[1, 2], [3]]).shape", (2,)),
        ("asarray([[1], [2, 3]]).tolist()", [[1], [2, 3]]),
        ("array([[1, 2], [3, 4]]).shape", (2, 2)),
    ],
)
def test_numpys_functions(call, expected):
    assert eval(f"np.{call}", {"np": face("numpy")}) == expected


def test_what_numpy_refused_then_it_still_refuses():
    with pytest.raises(ValueError, match="inhomogeneous"):
        face("numpy").array([[1, 2], [3]], dtype=np.float32)


def test_numpy_below_its_top_is_the_real_one():
    assert face("numpy").random is np.random and face("numpy.linalg") is np.linalg


def test_pythons_modules():
    assert face("time").clock is time.process_time and face("time").time is time.time
    assert face("fractions").gcd(12, 18) == 6
    assert face("cgi").escape('<"&">') == '&lt;"&amp;"&gt;'
    assert face("cgi").escape('"', quote=True) == "&quot;"
    spec = face("inspect").getargspec(lambda a, b=2, *c, **d: None)
    assert spec == (["a", "b"], "c", "d", (2,)) and spec.args == ["a", "b"]


@pytest.mark.parametrize("name", collections.abc.__all__)
def test_collections_has_the_abstract_classes(name):
    assert getattr(face("collections"), name) is getattr(collections.abc, name)


def test_pictures_of_scipy(tmp_path):
    misc, path = face("scipy.misc"), str(tmp_path / "picture.png")
    values = np.array([[0.0, 0.5], [1.0, 0.25]])
    misc.imsave(path, values)
    assert misc.imread(path).tolist() == [[0, 128], [255, 64]]  # scaled, as bytescale does
    assert misc.bytescale(values).tolist() == [[0, 128], [255, 64]]
    assert misc.bytescale(values, cmin=0, cmax=2).tolist() == [[0, 64], [128, 32]]
    assert misc.imread(path, flatten=True).dtype == np.float32
    grey = np.arange(16, dtype=np.uint8).reshape(4, 4)
    assert misc.toimage(grey).size == (4, 4) and misc.fromimage(misc.toimage(grey)).max() == 15
    assert misc.imresize(grey, (2, 8)).shape == (2, 8)
    assert misc.imresize(grey, 50).shape == (2, 2) and misc.imresize(grey, 2.0).shape == (8, 8)
    assert misc.imresize(grey, 2.0, interp="nearest")[0, :4].tolist() == [0, 0, 1, 1]
    assert misc.imrotate(grey, 180, interp="nearest")[0, 0] == 15
    with pytest.raises(AttributeError, match="no attribute 'lena'"):
        misc.lena()


@pytest.mark.parametrize("name", ["ginput", "pause", "show", "waitforbuttonpress"])
def test_what_waits_for_somebody_is_matplotlibs_own_without_headless(name, monkeypatch):
    from matplotlib import pyplot

    monkeypatch.setattr(pyplot, name, lambda *words: words)
    assert getattr(face("matplotlib.pyplot"), name)(1) == (1,)


def test_functions_of_numpy_are_in_its_lib():
    for name in ("append", "delete", "diff", "flip", "insert", "pad", "tile", "unique"):
        assert getattr(face("numpy.lib"), name) is getattr(np, name)
    assert face("numpy").lib.stride_tricks is np.lib.stride_tricks


@pytest.mark.parametrize(
    "name",
    [
        "acos", "asin", "atan", "atan2", "ceil", "cos", "cosh", "degrees", "exp", "fabs", "floor",
        "fmod", "isinf", "isnan", "log", "log10", "log1p", "pow", "radians", "sin", "sinh", "sqrt",
        "tan", "tanh",
    ],
)  # fmt: skip
def test_functions_of_math_take_arrays_of_one_number(name):
    function = face("math")
    given = [0.5] * (2 if name in ("atan2", "fmod", "pow") else 1)
    found = getattr(function, name)(*(np.array([[each]]) for each in given))
    assert found == getattr(function, name)(*given) == getattr(math, name)(*given)
    with pytest.raises(TypeError):
        getattr(function, name)(np.array([1.0, 2.0]))
