"""Reads the digits in pictures as people make them, as images like MNIST's.

`opening` opens the file, `sheet` cuts out the sheet, `ink` tells ink from paper, `lines` takes out
straight lines, `parts` finds what is connected, `grouping` decides which parts are digits, and
`digit` gives each the form of MNIST's. `reading` does one after the other, and `steps` draws what
each has made.
"""

from legacy_cnn.pictures.reading import Reading, read, read_digit, read_digits
from legacy_cnn.pictures.steps import write_steps

__all__ = ["Reading", "read", "read_digit", "read_digits", "write_steps"]
