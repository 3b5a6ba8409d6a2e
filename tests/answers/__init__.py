"""Answers to the exercises of the lessons: a right one, and wrong ones with what is said of each."""
