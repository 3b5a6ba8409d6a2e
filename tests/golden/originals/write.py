"""Writes what a release of TensorFlow computes, as the yardstick of the tests.

Run it with the Python of the release, in which TensorFlow and NumPy are installed:

    python tests/golden/originals/write.py

writes `RELEASE.json` beside this file, or to another directory with `--to DIR`. With names of
sections, or of a section and cases (`cells/GRU*`), it writes these alone. It runs on Python 2.7
to 3.13 and TensorFlow 0.12 to 2.21.
"""

from __future__ import absolute_import, division, print_function

import argparse
import fnmatch
import json
import os
import sys
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
SECTIONS = (
    "graph",
    "listing",
    "optimizers",
    "arithmetic",
    "losses",
    "initializers",
    "layers",
    "normalization",
    "cells",
    "checkpoints",
)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("sections", nargs="*", help="default: all of " + " ".join(SECTIONS))
    parser.add_argument("--to", default=HERE, metavar="DIR")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    tf, release = import_tensorflow()
    from sections import checkpoints, core

    checkpoints.FOLDER = os.path.join(arguments.to, "checkpoints")

    path = os.path.join(arguments.to, release + ".json")
    written = {}
    if arguments.sections and os.path.exists(path):
        with open(path) as file:
            written = json.load(file)
    for name in arguments.sections or SECTIONS:
        name, _, only = name.partition("/")
        section = getattr(__import__("sections." + name), name)
        cases = [each for each in section.cases(tf) if fnmatch.fnmatch(each[0], only or "*")]
        written.setdefault(name, {}).update(core.measured(cases, tf))
    with open(path, "w") as file:
        file.write(lines(written) + "\n")
    print(path)


def import_tensorflow():
    """TensorFlow 1's interface, with its layers and cells where they still are, and the release."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
    import tensorflow

    release = tensorflow.__version__
    if int(release.split(".")[0]) < 2:
        tensorflow.logging.set_verbosity(tensorflow.logging.ERROR)
        return tensorflow, release
    import tensorflow.compat.v1 as tf

    tf.disable_v2_behavior()
    tf.logging.set_verbosity(tf.logging.ERROR)
    return tf, release


def lines(written):
    """JSON with sorted keys and one case on a line."""
    sections = []
    for name, cases in sorted(written.items()):
        rows = ["%s: %s" % (json.dumps(case), _line(cases[case])) for case in sorted(cases)]
        sections.append("%s: {\n%s\n}" % (json.dumps(name), ",\n".join(rows)))
    return "{\n%s\n}" % ",\n".join(sections)


def _line(value):
    return json.dumps(value, sort_keys=True, allow_nan=False, separators=(",", ":"))


if __name__ == "__main__":
    sys.exit(main())
