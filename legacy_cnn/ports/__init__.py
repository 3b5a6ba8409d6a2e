"""The tutorial in today's dialects: eager TensorFlow 2, and Keras 3."""
