RIGHT = """
import statistics
import time


def typical(step, count):
    step()
    seconds = []
    for _ in range(count):
        started = time.perf_counter()
        step()
        seconds.append(time.perf_counter() - started)
    return statistics.median(seconds)
"""

#: What is changed in the right one, and what is said of that.
WRONG = [
    ("statistics.median", "statistics.mean", "one disturbed step of half a second spoils it"),
    ("    step()\n    seconds = []", "    seconds = []", "`step` was called 6 times; 1 and then 6"),
    (
        "    step()\n    seconds = []\n    for _ in range(count)",
        "    seconds = []\n    for _ in range(count + 1)",
        "the median with the step that traced",
    ),
    ("statistics.median", "min", "It is the least"),
    ("statistics.median", "sum", "the time of all six steps"),
    ("time.perf_counter()", "time.time()", "the clock was not `time.perf_counter`"),
    ("return statistics", "statistics", "What came back is None"),
    ("range(count)", "range(count - 2)", "`step` was called 5 times"),
    (
        "        step()\n        seconds.append(time.perf_counter() - started)",
        "        seconds.append(time.perf_counter() - started)",
        "It is nothing",
    ),
]
