"""Runs the lessons' blocks, and puts what they print under them.

python docs/experiments lessons [NUMBER ...]      all of them, without numbers
"""

from legacy_cnn.lessons import lesson, lessons
from legacy_cnn.tensorflow_start import import_tensorflow


def main(numbers):
    import_tensorflow()
    from legacy_cnn.lessons.running import replayed

    for each in map(lesson, map(int, numbers)) if numbers else lessons():
        each.path.write_text(replayed(each), "utf-8")
