RIGHT = """
import math


def shapes(size, filters, padding):
    found, channels = [], 1
    for count in filters:
        made = size if padding == "SAME" else size - 4
        pooled = math.ceil(made / 2) if padding == "SAME" else made // 2
        found.append([
            (size, size, channels), (5, 5, channels, count), (made, made, count),
            (pooled, pooled, count),
        ])
        size, channels = pooled, count
    return found
"""

#: What is changed in the right one, and what is said of that.
WRONG = [
    ('math.ceil(made / 2) if padding == "SAME" else made // 2', "made // 2", "rounded up"),
    ('math.ceil(made / 2) if padding == "SAME" else made // 2', "math.ceil(made / 2)", "rounded"),
    ("else size - 4", "else size", "a filter of 5 takes away 4"),
    ('size if padding == "SAME" else size - 4', "size - 4", "the maps keep their size"),
    ("(5, 5, channels, count)", "(5, 5, count, channels)", "In comes before out"),
    ("(5, 5, channels, count)", "(5, 5, 1, count)", "as deep as what it looks at"),
    ("size, channels = pooled, count", "size, channels = made, count", "convolution 2, what comes"),
    ("(size, size, channels)", "(None, size, size, channels)", "number of images is left out"),
    ("    return found", "    return found[-1:]", "has 1 lists of shapes"),
]
