"""The exercises: one module per lesson.

Each module names the function that the exercise asks for in `FUNCTION`, and has a function `check`
that takes the function, raises `WrongAnswer` if it is wrong, and returns a sentence if it is
correct.
"""
