"""Recurrent cells of TensorFlow 1 that nothing maintained has: those of `tf.contrib.rnn`.

The core ones (`BasicLSTMCell`, `GRUCell`, ...) are tf_keras' own; these here are built on its
`RNNCell`, create their variables where the cell is called, and name them as 1.15 did.
"""
