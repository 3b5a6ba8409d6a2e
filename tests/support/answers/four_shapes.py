#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ('math.ceil(made / 2) if padding == "SAME" else made // 2', "made // 2", "rounded up"),
    ('math.ceil(made / 2) if padding == "SAME" else made // 2', "math.ceil(made / 2)", "rounded"),
    ("else size - 4", "else size", "a filter of size 5 removes 4 rows and 4 columns"),
    (
        'size if padding == "SAME" else size - 4',
        "size - 4",
        "With SAME the output has the size of the input",
    ),
    (
        "(5, 5, channels, count)",
        "(5, 5, count, channels)",
        "Input channels come before output channels",
    ),
    ("(5, 5, channels, count)", "(5, 5, 1, count)", "as many input channels as its input"),
    (
        "size, channels = pooled, count",
        "size, channels = made, count",
        "the input of convolution 2",
    ),
    ("(size, size, channels)", "(None, size, size, channels)", "Leave out the number of images"),
    ("    return found", "    return found[-1:]", "returned 1 lists of shapes"),
]
