"""From what was found in a graph to the text of a program in Keras 3."""
