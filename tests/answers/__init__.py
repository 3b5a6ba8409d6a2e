"""Answers to the lessons' exercises: a right one, and changes to it with what is said of each."""
