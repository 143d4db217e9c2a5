"""Gradient-boosted trees of LightGBM and XGBoost, exported by onnxmltools."""

import lightgbm
import onnxmltools
import xgboost
from onnxmltools.convert.common.data_types import FloatTensorType

from classic import SEED, data
from journey import Journey, rows

TREES = 60

# Name, data, estimator.
LIST = [
    ("lightgbm-binary", "breast_cancer", lightgbm.LGBMClassifier),
    ("lightgbm-classes", "digits", lightgbm.LGBMClassifier),
    ("lightgbm-regressor", "diabetes", lightgbm.LGBMRegressor),
    ("xgboost-binary", "breast_cancer", xgboost.XGBClassifier),
    ("xgboost-classes", "wine", xgboost.XGBClassifier),
    ("xgboost-regressor", "diabetes", xgboost.XGBRegressor),
]


def journeys():
    """Trains and exports everything on the list."""
    for name, source, kind in LIST:
        table, target = data(source)
        types = [("x", FloatTensorType([None, table.shape[1]]))]
        if kind.__module__.startswith("lightgbm"):
            estimator = kind(n_estimators=TREES, random_state=SEED, n_jobs=1, verbose=-1)
            estimator.fit(table, target)
            model = onnxmltools.convert_lightgbm(estimator, initial_types=types, zipmap=False)
        else:
            estimator = kind(n_estimators=TREES, max_depth=4, random_state=SEED, n_jobs=1)
            estimator.fit(table, target)
            model = onnxmltools.convert_xgboost(estimator, initial_types=types)
        yield Journey(f"boosted/{name}", model, [rows(table, SEED)])
