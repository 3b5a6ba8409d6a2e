"""The page of a port: the script beside it, lines linked by colour."""

import re

from legacy_cnn import show
from legacy_cnn.results import Port, PortLine
from support.reports import climbed

OLD = (
    "import tensorflow as tf\nx = tf.placeholder(\n    'float', [None, 4])  # four\nprint('#', x)\n"
)
NEW = [
    PortLine("import keras"),
    PortLine("    x = keras.Input((4,))  # old.py:3", "old.py", 3),
    PortLine("    print('#')", "old.py", 4),
    PortLine("    gone()", "old.py", 99),
    PortLine("    other()", "lost.py", 1),
]


def result(sources):
    return Port("old.py", "old_port", ("port.py",), tuple(NEW), sources, climbed())


def test_lines_that_belong_together_have_a_colour_and_are_links():
    page = show.page(result({"old.py": OLD}))
    lines = re.findall(r'<div class="(line[^"]*)"(?: id="(.*?)")?>(.*?)</div>', page)
    assert [(classes, anchor) for classes, anchor, _ in lines] == [
        ("line", ""),
        ("line pair-0 colour-0", "old-0-2"),
        ("line pair-0 colour-0", ""),
        ("line pair-1 colour-1", "old-0-4"),
        ("line", ""),
        ("line pair-0 colour-0", "new-2"),
        ("line pair-1 colour-1", "new-3"),
        ("line", ""),
        ("line", ""),
    ]
    assert lines[1][2] == '<a href="#new-2">2</a><code>x = tf.placeholder(</code>'
    assert (
        '<code>    &#x27;float&#x27;, [None, 4])  <span class="quiet"># four</span>' in lines[2][2]
    )
    assert lines[5][2].startswith('<a href="#old-0-2">2</a><code>    x = keras.Input')
    assert "print(&#x27;#&#x27;, x)</code>" in lines[3][2]
    assert "main:has(.pair-1:is(:hover, :target)) .pair-1 {" in page
    assert "<script" not in page and "http" not in page


def test_several_files_are_named_in_the_margin():
    page = show.page(result({"old.py": OLD, "lost.py": "a = (1\n"}))
    assert '<a href="#old-1-1">lost 1</a>' in page and '<a href="#new-5">1</a>' in page
