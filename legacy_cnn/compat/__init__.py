"""What makes old and new releases of TensorFlow alike; so far, the table of private paths."""
