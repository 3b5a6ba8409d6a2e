"""Answers to the exercises: a correct one, and wrong changes to it with the message for each."""
