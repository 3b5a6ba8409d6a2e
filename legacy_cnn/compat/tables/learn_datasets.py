"""`tensorflow.contrib.learn.datasets`, and its modules `base` and `mnist`."""

from legacy_cnn.compat.learn import datasets
from legacy_cnn.compat.rows import Table

_GONE = "boston_house_prices is no longer distributed; scikit-learn has other data sets"

TABLE = Table("tensorflow.contrib.learn.datasets")
for _name in ("load_dataset", "load_iris", "DATASETS"):
    TABLE.value(_name, getattr(datasets, _name))
TABLE.gone("load_boston", note=_GONE)
TABLE.gone("make_dataset", note="use sklearn.datasets")

BASE = Table("tensorflow.contrib.learn.datasets.base")
for _name in (
    "Dataset",
    "Datasets",
    "load_csv_with_header",
    "load_csv_without_header",
    "load_iris",
    "maybe_download",
    "shrink_csv",
):
    BASE.value(_name, getattr(datasets, _name))
BASE.gone("load_boston", note=_GONE)
