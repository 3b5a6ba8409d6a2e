"""Python 2 and Python 3, as old programs are written."""

import py_compile
import sys

import pytest

from legacy_cnn.compat import source


def printed(text, capsys):
    """What a program prints."""
    exec(source.compiled(text.encode(), "program.py"), {})
    return capsys.readouterr().out


def test_python_3_is_compiled_as_it_stands(capsys):
    assert printed("print(7 / 2, '\\d')", capsys) == "3.5 \\d\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print 7 / 2, -7 / 2, 7 / 2.0", "3 -4 3.5\n"),
        ("print 'a',\nprint 'b'", "a b\n"),
        ("from __future__ import division\nprint '%.1f' % (7 / 2)", "3.5\n"),
        ("x = 7\nx /= 2\nprint x", "3\n"),
        ("x = [9]\nx[0] /= 2\nprint x", "[4]\n"),
        ("d = {'a': 1}\nprint d.has_key('a'), d.keys()[0], d.iteritems().__class__ is not None",
         "True a True\n"),
        ("print map(abs, [-1]), filter(None, [0, 2]), zip('a', [1]), range(2)[-1]",
         "[1] [2] [('a', 1)] 1\n"),
        ("try:\n    raise ValueError, 'bad'\nexcept ValueError, e:\n    print e", "bad\n"),
        ("print xrange(3)[1], isinstance(u'x', basestring), 10L, 0777, `1`", "1 True 10 511 1\n"),
        ("import cPickle as pickle, urllib2, Queue, StringIO\nprint pickle.loads(pickle.dumps(3))",
         "3\n"),
        ("if True:\n        x = 1\n\ty = 2\nprint x + y", "3\n"),
        ("if True:\n        x = 7\n\ty = 2\nprint(x / y)", "3\n"),
        ("print reduce(lambda a, b: a * b, [2, 3]), sorted({2: 0, 1: 0}.keys())", "6 [1, 2]\n"),
    ],
)  # fmt: skip
def test_python_2_is_translated(text, expected, capsys):
    assert printed(text, capsys) == expected


def test_lines_stay_where_they_were():
    code = source.compiled(b"import sys\n\nprint >>sys.stderr, 'a'\n\n1 / 0\n", "program.py")
    with pytest.raises(ZeroDivisionError) as caught:
        exec(code, {})
    assert caught.traceback[-2].lineno == 4  # pytest counts from 0; the last frame is the division


def test_lines_stay_where_imports_are_put_in():
    text = "import sys\nreload(sys)\nprint reduce(max, [1]), sorted([2, 1], cmp=cmp)\n1 / 0\n"
    with pytest.raises(ZeroDivisionError) as caught:
        exec(source.compiled(text.encode(), "program.py"), {})
    assert caught.traceback[-2].lineno == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print unicode('a', 'utf-8'), unicode(b'b', 'utf-8'), unicode(3)", "a b 3\n"),
        ("print 'a'.decode('utf-8'), b'b'.decode('utf-8')", "a b\n"),
        ("print u'\u00e9'.encode('utf-8'), 'a'.encode('utf-8')", "\u00e9 a\n"),
        ("print 'ab'.encode('hex'), '6162'.decode('hex'), 'a'.encode('rot13')", "6162 ab n\n"),
        ("exec \"print 'in', 7 / 2\"\nd = {}\nexec 'x = 1' in d\nprint d['x']", "in 3\n1\n"),
        ("import sys\nreload(sys)\nsys.setdefaultencoding('utf8')\nprint 1", "1\n"),
        ("print round(2.5), round(-0.5), round(1.25, 1), round(7)", "3.0 -1.0 1.3 7.0\n"),
        ("print cmp(1, 2), cmp('b', 'a'), sorted([1, 3, 2], lambda a, b: cmp(b, a))",
         "-1 1 [3, 2, 1]\n"),
        ("def f(file, round=3):\n    return file, round\nprint f(1)", "(1, 3)\n"),
        ("f = file('x', 'w')\nf.write('a')\nf.close()\nf = file('x')\nprint f.read()\nf.close()",
         "a\n"),
        ("import cPickle\nf = open('x', 'w')\ncPickle.dump({'a': 1}, f)\nf.close()\n"
         "f = open('x')\nprint cPickle.load(f)\nf.close()", "{'a': 1}\n"),
        # What Python 2 wrote of a text that is not ASCII.
        ("import cPickle as p\nprint p.loads(\"S'\\\\xff'\\n.\") == u'\\xff', p.PROTO",
         "True b'\\x80'\n"),
        ("import csv\nf = open('x', 'wb')\ncsv.writer(f).writerow(['a', 1])\nf.close()\n"
         "with open('x', 'rb') as f:\n    print list(csv.reader(f))", "[['a', '1']]\n"),
        ("import csv\nf = open('x', 'wb')\nw = csv.DictWriter(f, ['k'])\nw.writeheader()\n"
         "w.writerow({'k': 2})\nf.close()\n"
         "with open('x', 'rb') as f:\n    print list(csv.DictReader(f))", "[{'k': '2'}]\n"),
    ],
)  # fmt: skip
def test_values_of_python_2(text, expected, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert printed(text, capsys) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print 0.1 + 0.2, 1.0 / 3, 2.0, 1e16, 1e22, 12345678901234.5",
         "0.3 0.333333333333 2.0 1e+16 1e+22 1.23456789012e+13\n"),
        ("print [0.1 + 0.2], (1.0 / 3,), 10 ** 20, [10 ** 20], {1: 1.0}",
         "[0.30000000000000004] (0.3333333333333333,) 100000000000000000000 "
         "[100000000000000000000L] {1: 1.0}\n"),
        ("print 'cost ' + str(2.0 / 3), '%s %s' % (1.0 / 3, 'a'), '{} {:.2f}'.format(0.1 + 0.2, 1)",
         "cost 0.666666666667 0.333333333333 a 0.3 1.00\n"),
        ("print repr(1.0 / 3), '%r' % (0.1,), ' '.join(map(str, [1.0 / 3]))",
         "0.3333333333333333 0.1 0.333333333333\n"),
        ("print set([1]), frozenset([2]), xrange(3), [set([3])], oct(8), oct(0)",
         "set([1]) frozenset([2]) xrange(3) [set([3])] 010 0\n"),
        ("import fractions\nprint type(1), type([]), fractions.Fraction, [float]",
         "<type 'int'> <type 'list'> <class 'fractions.Fraction'> [<type 'float'>]\n"),
        ("try:\n    raise ValueError, 'bad'\nexcept ValueError, e:\n    print e, repr(e), type(e)",
         "bad ValueError('bad',) <type 'exceptions.ValueError'>\n"),
        ("import pickle\nprint type(pickle.dumps(1, 2)), raw_input is None",
         "<type 'str'> False\n"),
        ("import numpy as np\nprint np.float64(1) / 3, np.arange(2), 7 % 4, '%d%%' % 3.7",
         "0.3333333333333333 [0 1] 3 3%\n"),
        ("form = '%s of %d'\nprint form % (0.1 + 0.2, 3), '%(a)s' % {'a': 'b'}, '%5.1f' % 2",
         "0.3 of 3 b   2.0\n"),
    ],
)  # fmt: skip
def test_python_2_writes_values_as_then(text, expected, capsys):
    assert printed(text, capsys) == expected


@pytest.mark.parametrize(
    "text, message", [(b"x = = 1", "invalid syntax"), (b"print(1,\n", "was never closed")]
)
def test_what_is_no_python_at_all_is_pythons_own_error(text, message):
    with pytest.raises(SyntaxError, match=message):
        source.compiled(text, "program.py")


def test_the_programs_modules_are_neither_cached_nor_read_from_a_cache(tmp_path, monkeypatch):
    (tmp_path / "old_part.py").write_text("print 'part'\nhalf = 5 / 2\n")
    (tmp_path / "new_part.py").write_text("half = 5 / 2\n")
    (tmp_path / "cached_part.py").write_text("half = len(xrange(5)) / 2\n")
    py_compile.compile(str(tmp_path / "cached_part.py"))  # as Python 3 does, with its division
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    with source.python2_modules():
        import cached_part
        import new_part
        import old_part
    for name in ("new_part", "old_part", "cached_part"):
        del sys.modules[name]
    assert (old_part.half, new_part.half, cached_part.half) == (2, 2.5, 2)
    assert [path.name.partition(".")[0] for path in tmp_path.glob("__pycache__/*")] == [
        "cached_part"
    ]


def test_a_module_of_a_package_imports_those_beside_it_as_in_python_2(tmp_path, monkeypatch):
    folder = tmp_path / "old_package"
    folder.mkdir()
    (folder / "__init__.py").write_text("print 'package'\n")
    (folder / "part.py").write_text("import beside\nprint beside.x\n")
    (folder / "beside.py").write_text("x = 1\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(folder)  # where there is an __init__.py, too
    with source.python2_modules():
        import old_package.part
    assert old_package.part.beside.__name__ == "old_package.beside"
    for name in ("old_package", "old_package.part", "old_package.beside"):
        del sys.modules[name]
    monkeypatch.syspath_prepend(folder)
    code = source.compiled(b"import beside\nprint beside.x\n", "script.py")
    exec(code, {"__name__": "__main__"})
    del sys.modules["beside"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = [a for a in xrange(7)]\nprint(len(x) / 2)", "3\n"),
        ("d = {'a': 1}\nfor k, v in d.iteritems():\n    print('%s %d' % (k, v / 2))", "a 0\n"),
        ("import cPickle\nprint(cPickle.loads(cPickle.dumps(3)) / 2)", "1\n"),
        ("from urllib import urlencode\nprint(urlencode({'a': 7 / 2}))", "a=3\n"),
        ("from __future__ import print_function\nprint(len(xrange(3)) / 2, end='\\n')", "1\n"),
        ("print('a', 1)\nf = lambda: raw_input('b')\n", "('a', 1)\n"),
        ("try:\n    print(unicode(7 / 2))\nexcept ValueError:\n    pass", "3\n"),
    ],
)
def test_python_2_without_a_statement_of_its_own(text, expected, capsys):
    assert printed(text, capsys) == expected


@pytest.mark.parametrize(
    "text",
    [
        "try:\n    xrange\nexcept NameError:\n    xrange = range\nprint(xrange(7)[-1] / 4)",
        "try:\n    input = raw_input\nexcept:\n    pass\nprint(6 / 4)",
        "try:\n    import cPickle as pickle\nexcept ImportError:\n    import pickle\nprint(6 / 4)",
        "import sys\nif sys.version_info[0] < 3:\n    reload(sys)\n    unicode\nprint(6 / 4)",
        "xrange = range\nprint(xrange(7)[-1] / 4)",
        "def unused(d):\n    return d.iteritems()\nprint(f'{6 / 4}')",
        "def unused():\n    return xrange(3)\nprint(6 / 4, end='\\n')",
        "import urllib.request\ndef unused():\n    return xrange(3)\nprint(6 / 4)",
        "try:\n    pass\nexcept OSError as file:\n    print(file)\nprint(6 / 4)",
        "import math as pd\nf = lambda: pd.iteritems()\nprint(6 / 4)",
    ],
)
def test_python_3_that_knows_python_2_is_left_alone(text, capsys):
    assert printed(text, capsys) == "1.5\n"


def test_bytes_of_an_array_by_their_old_name(capsys):
    text = """'A docstring.'
from __future__ import print_function
import numpy as np
print(np.array([1, 2], np.uint8).tostring(), np.ones(1, np.uint8).T.tostring(order="C"))
class Own:
    def tostring(self, x):
        return x
print(Own().tostring(3), __doc__)
"""
    assert printed(text, capsys) == "b'\\x01\\x02' b'\\x01'\n3 A docstring.\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("print(int(a), float(a), int('7'), int('11', 2))", "2 2.5 7 3\n"),
        ("print('%d %.2f' % (a, a))", "2 2.50\n"),
        ("print('%s|%5.1f%%' % (a, a))", "[2.5]|  2.5%\n"),
        ("print('%.3f' % a)", "2.500\n"),
        ("print('%s' % a, '%(x).1f' % {'x': 1}, '%s %s' % ('b', 1))", "[2.5] 1.0 b 1\n"),
        ("int = lambda x: x\nprint(int(a))", "[2.5]\n"),
        ("print(isinstance(3, int), int, list(map(int, ['4'])))", "True <class 'int'> [4]\n"),
    ],
)
def test_an_array_of_one_number_is_a_number(text, expected, capsys):
    assert printed("import numpy as np\na = np.array([2.5])\n" + text, capsys) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("z[0] = a; z[-1] = [[7.0]] * a", "[ 2.5  0.  17.5]"),
        ("z[1] += a; z[2] -= a; z[2] *= a", "[ 0.    2.5  -6.25]"),
        ("z[:2] = [a, a]; z[[2]] = a", "[2.5 2.5 2.5]"),
        ("z[1] = math.sqrt(a * 10)", "[0. 5. 0.]"),
    ],
)
def test_an_element_is_set_to_an_array_of_one_number(text, expected, capsys):
    head = "import math\nimport numpy as np\na = np.array([2.5])\nz = np.zeros(3)\n"
    if "math" in text:
        from legacy_cnn.compat.tables.python_names import MATH

        text = text.replace("math.sqrt", "sqrt")
        head += "from legacy_cnn.compat.tables import python_names\n"
        head += "sqrt = python_names.MATH.rows['sqrt'].serves\n"
        assert MATH.rows["sqrt"]
    assert printed(f"{head}{text}\nprint(z)", capsys).split() == expected.split()


def test_elements_of_other_containers_are_set_as_ever(capsys):
    text = (
        "import numpy as np\na = np.array([1.0])\nd = {}\nd['k'] = a\nd[0] = a\nd[0] += 1\n"
        "x = [0, 1, 2]\nx[1] += 5\nx[0] = a * 2\nx[2:] = [3]\no = np.empty(1, object)\no[0] = a\n"
        "print(d, x, o)"
    )
    expected = "{'k': array([2.]), 0: array([2.])} [array([4.]), 6, 3] [array([2.])]\n"
    assert printed(text, capsys) == expected
    for text in ("x = ()\nx[0] = 1", "import numpy as np\nnp.zeros(2)[0] = [1, 2]", "{}[0] += 1"):
        with pytest.raises((TypeError, ValueError, KeyError)):
            printed(text, capsys)


def test_other_arrays_are_errors_as_ever():
    for text in ("int(a)", "'%d' % a", "'%d %d' % (a[:1],)"):
        code = source.compiled(f"import numpy as np\na = np.ones(2)\n{text}".encode(), "program.py")
        with pytest.raises(TypeError):
            exec(code, {})


def test_bytes_that_are_no_text_are_a_syntax_error():
    with pytest.raises(SyntaxError):
        source.compiled(b"print('caf\xe9')\n", "program.py")
