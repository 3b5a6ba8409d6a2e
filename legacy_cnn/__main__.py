"""`python -m legacy_cnn` is `legacy-cnn`."""

import sys

from legacy_cnn.cli import main

if __name__ == "__main__":
    sys.exit(main())
