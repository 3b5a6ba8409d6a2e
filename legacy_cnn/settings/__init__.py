"""What a run, a comparison, a benchmark or a study is asked to do.

Each setting is declared once, as a field of a dataclass: its default, its range, and the help that
the command line shows for its flag. Two runs with equal settings on one machine end with equal
weights.

Whole numbers are at most 1,000,000,000, threads and jobs at most 1,024, and the seeds of a study at
most 1,000. The learning rate is at most 1,000.
"""

from legacy_cnn.settings.comparing import CompareSettings, OriginalsSettings, ParitySettings
from legacy_cnn.settings.data import DataSettings, StepSettings
from legacy_cnn.settings.fields import CORES
from legacy_cnn.settings.lab import LabSettings
from legacy_cnn.settings.measuring import PARTS, BenchSettings, StudySettings
from legacy_cnn.settings.running import RunSettings
from legacy_cnn.settings.teaching import LessonSettings
from legacy_cnn.settings.training import IMPLEMENTATIONS, Settings

__all__ = [
    "CORES",
    "IMPLEMENTATIONS",
    "PARTS",
    "BenchSettings",
    "CompareSettings",
    "DataSettings",
    "LabSettings",
    "LessonSettings",
    "OriginalsSettings",
    "ParitySettings",
    "RunSettings",
    "Settings",
    "StepSettings",
    "StudySettings",
]
