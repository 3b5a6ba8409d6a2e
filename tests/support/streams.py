"""What processes write beside their own lines."""

import re

# Whatever TF_CPP_MIN_LOG_LEVEL says, TensorFlow before 2.21 writes this with its first session.
_UNSILENCED = re.compile(
    r"WARNING: All log messages before absl::InitializeLog.*\n.*MLIR V1 optimization pass.*\n"
)


def without_tensorflow_lines(stderr):
    """The text without the lines that TensorFlow cannot be kept from writing."""
    return _UNSILENCED.sub("", stderr)
