"""Simulated photographs of handwritten digits, of every kind that `predict` must read or refuse.

`pens` writes a digit of MNIST with a pen, `sheets` puts it on paper and into light, and `kinds` has
a function for each kind of picture.
"""
