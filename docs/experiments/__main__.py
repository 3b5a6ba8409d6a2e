"""Runs an experiment: `python docs/experiments NAME [ARGUMENTS]`."""

import importlib
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

if __name__ == "__main__":
    importlib.import_module(f"experiments.{sys.argv[1]}").main(sys.argv[2:])
