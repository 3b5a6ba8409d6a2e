"""Writes compat's `counted.txt`: the calls that make as many operations as in the old releases.

Run it with today's TensorFlow, from the root of the repository, after `op_rows.py` or
`operations.json` changed; it also prints the calls that differ:

    PYTHONPATH=tests python tests/golden/write_counted.py

Release by release, a call of `operations.json` that makes as many operations as there makes known
what the program calls in it. Of one that does not, nothing may remain known that only it calls; if
everything that it calls is known from others, it is said to be silent, and needs a row.
"""

import collections
import json
from pathlib import Path

from golden.originals import write_operations
from legacy_cnn import compat
from legacy_cnn.compat import origins
from legacy_cnn.compat.hook import faces
from legacy_cnn.settings.running import RELEASES

RECORDED = Path(write_operations.__file__).with_name("operations.json")
WRITTEN = Path(origins.__file__).with_name("counted.txt")

#: Known of some arguments, and not of others: the numbers of these are equal by chance.
ONLY_SOME = {"tensorflow/python/training/moving_averages.py apply": ("0.12.1", "1.0.1")}

#: They make graphs of their own, which `test_estimator` has counted.
OWN_GRAPHS = {
    "tensorflow_estimator/python/estimator/estimator.py train": ["1.15.5"],
    "tensorflow_estimator/python/estimator/inputs/numpy_io.py input_fn": ["1.15.5"],
}


def measured(tf, call):
    """The seeds of a call and of a random operation after it, and what makes its operations."""
    followed = f"({call}, tf.random_normal([2]))"
    graph, seeds = write_operations.graph_of(tf, followed)
    made = {called for each in graph.get_operations()[:-6] for called in origins.made_in(each)}
    return seeds, made, origins.marked(graph)


def calls_of(release, recorded):
    """What equal calls of a release make known, and what each different call calls."""
    known, different = set(), {}
    with compat.installed(release=release):
        tf = faces("program").imported("tensorflow")
        for call, (count, seeds) in recorded.items():
            try:
                found, made, is_marked = measured(tf, call)
            except AttributeError as error:
                print(release, call, error)
                continue
            if found == [*seeds, count + 3]:  # its shape, mean and standard deviation come first
                known |= made
                if is_marked:
                    print(release, "needlessly said", call)
            else:
                different[call] = (found, [*seeds, count + 3], made, is_marked)
    return known, different


def text_of(releases_of):
    """The file: a source file, and below it its functions, with releases if not in all."""
    files = collections.defaultdict(list)
    for called, releases in releases_of.items():
        path, name = called.split(" ", 1)
        some = (
            []
            if len(releases) == len(RELEASES)
            else [each for each in RELEASES if each in releases]
        )
        files[path].append(" ".join(["", name, *some]))
    return "".join(f"{path}\n" + "\n".join(sorted(files[path])) + "\n" for path in sorted(files))


def main():
    recorded = json.loads(RECORDED.read_text())
    releases_of = collections.defaultdict(set)
    for called, releases in OWN_GRAPHS.items():
        releases_of[called].update(releases)
    for release in RELEASES:
        known, different = calls_of(release, recorded[release])
        known -= {called for called, releases in ONLY_SOME.items() if release in releases}
        for called in known:
            releases_of[called].add(release)
        for call, (found, expected, made, is_marked) in different.items():
            word = "said" if is_marked or made - known else "SILENT"
            print(release, word, call, "found", found, "expected", expected)
    WRITTEN.write_text(text_of(releases_of), encoding="utf-8")


if __name__ == "__main__":
    main()
