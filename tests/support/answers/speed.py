#: Text in the correct answer, its replacement, and part of the message.
WRONG = [
    ("statistics.median", "statistics.mean", "One disturbed step of half a second spoils it"),
    (
        "    step()\n    seconds = []",
        "    seconds = []",
        "`typical` called `step` 6 times. Expected 7: 1 that is not counted, then 6",
    ),
    (
        "    step()\n    seconds = []\n    for _ in range(count)",
        "    seconds = []\n    for _ in range(count + 1)",
        "the median including the step that traces",
    ),
    ("statistics.median", "min", "This is the minimum"),
    ("statistics.median", "sum", "the time of all six steps"),
    ("time.perf_counter()", "time.time()", "Call `time.perf_counter()`, by this name"),
    ("return statistics", "statistics", "`typical` returned None"),
    ("range(count)", "range(count - 2)", "`typical` called `step` 5 times"),
    (
        "        step()\n        seconds.append(time.perf_counter() - started)",
        "        seconds.append(time.perf_counter() - started)",
        "`typical` returned 0",
    ),
]
