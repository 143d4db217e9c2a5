"""scikit-learn's estimators and pipelines, exported by skl2onnx, on the data that come with it."""

import warnings

import numpy as np
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn import (
    calibration,
    cluster,
    compose,
    datasets,
    decomposition,
    discriminant_analysis,
    ensemble,
    feature_selection,
    gaussian_process,
    impute,
    linear_model,
    multiclass,
    naive_bayes,
    neighbors,
    neural_network,
    pipeline,
    preprocessing,
    svm,
    tree,
)
from sklearn.base import is_classifier

from journey import TOLERANCE, Journey, rows

SEED = 7
# skl2onnx's own for ai.onnx; the newest of ai.onnx.ml that it writes for every estimator.
OPSETS = {"": 21, "ai.onnx.ml": 3}


# ZipMap gives dictionaries, which are no tensors, so it is turned off; these know no such option.
NEVER_ZIPPED = (svm.LinearSVC,)


def data(name):
    loaded = getattr(datasets, f"load_{name}")()
    return loaded.data.astype(np.float32), loaded.target


def with_gaps(table, share=0.1):
    """The table with NaN in that share of its cells."""
    gaps = np.random.default_rng(SEED).random(table.shape) < share
    return np.where(gaps, np.float32(np.nan), table)


def categories(table):
    """The table's first two columns in five classes each, as a table with categories has them."""
    edges = np.quantile(table[:, :2], [0.2, 0.4, 0.6, 0.8], axis=0)
    classes = (table[:, None, :2] > edges[None]).sum(axis=1).astype(np.float32)
    return np.hstack([classes, table[:, 2:]])


def same(table):
    return table


# Name, data, estimator, and what is done to the table first.
LIST = [
    ("linear-regression", "diabetes", linear_model.LinearRegression(), same),
    ("ridge", "diabetes", linear_model.Ridge(), same),
    ("elastic-net", "diabetes", linear_model.ElasticNet(alpha=0.01), same),
    ("huber-regressor", "diabetes", linear_model.HuberRegressor(max_iter=1000), same),
    ("logistic-regression", "iris", linear_model.LogisticRegression(max_iter=2000), same),
    ("logistic-regression-binary", "breast_cancer", linear_model.LogisticRegression(max_iter=10000), same),
    ("logistic-regression-digits", "digits", linear_model.LogisticRegression(max_iter=5000), same),
    ("sgd-classifier", "wine", linear_model.SGDClassifier(loss="log_loss", random_state=SEED), same),
    ("linear-svc", "digits", svm.LinearSVC(max_iter=10000, random_state=SEED), same),
    ("svc-rbf", "iris", svm.SVC(), same),
    ("svc-probability", "iris", svm.SVC(probability=True, random_state=SEED), same),
    ("svc-binary-poly", "breast_cancer", svm.SVC(kernel="poly", degree=2), same),
    ("svr-rbf", "diabetes", svm.SVR(C=10.0), same),
    ("one-class-svm", "iris", svm.OneClassSVM(nu=0.1), same),
    ("decision-tree-classifier", "iris", tree.DecisionTreeClassifier(random_state=SEED), same),
    ("decision-tree-regressor", "diabetes", tree.DecisionTreeRegressor(max_depth=8, random_state=SEED), same),
    ("random-forest-classifier", "digits", ensemble.RandomForestClassifier(50, random_state=SEED), same),
    ("random-forest-regressor", "diabetes", ensemble.RandomForestRegressor(50, random_state=SEED), same),
    ("extra-trees-classifier", "wine", ensemble.ExtraTreesClassifier(50, random_state=SEED), same),
    ("gradient-boosting-classifier", "iris", ensemble.GradientBoostingClassifier(random_state=SEED), same),
    ("gradient-boosting-binary", "breast_cancer", ensemble.GradientBoostingClassifier(random_state=SEED), same),
    ("gradient-boosting-regressor", "diabetes", ensemble.GradientBoostingRegressor(random_state=SEED), same),
    ("hist-gradient-boosting-classifier", "breast_cancer", ensemble.HistGradientBoostingClassifier(random_state=SEED), same),
    ("hist-gradient-boosting-regressor", "diabetes", ensemble.HistGradientBoostingRegressor(random_state=SEED), same),
    ("isolation-forest", "wine", ensemble.IsolationForest(n_estimators=50, random_state=SEED), same),
    ("ada-boost-classifier", "wine", ensemble.AdaBoostClassifier(n_estimators=30, random_state=SEED), same),
    ("bagging-classifier", "iris", ensemble.BaggingClassifier(random_state=SEED), same),
    (
        "voting-classifier",
        "iris",
        ensemble.VotingClassifier(
            [
                ("linear", linear_model.LogisticRegression(max_iter=2000)),
                ("tree", tree.DecisionTreeClassifier(max_depth=3, random_state=SEED)),
            ],
            voting="soft",
            flatten_transform=False,
        ),
        same,
    ),
    (
        "stacking-regressor",
        "diabetes",
        ensemble.StackingRegressor(
            [("ridge", linear_model.Ridge()), ("tree", tree.DecisionTreeRegressor(max_depth=4, random_state=SEED))]
        ),
        same,
    ),
    ("one-vs-rest", "iris", multiclass.OneVsRestClassifier(linear_model.LogisticRegression(max_iter=2000)), same),
    ("calibrated-classifier", "breast_cancer", calibration.CalibratedClassifierCV(naive_bayes.GaussianNB()), same),
    ("k-neighbors-classifier", "iris", neighbors.KNeighborsClassifier(), same),
    ("k-neighbors-regressor", "diabetes", neighbors.KNeighborsRegressor(), same),
    ("gaussian-nb", "wine", naive_bayes.GaussianNB(), same),
    ("linear-discriminant", "wine", discriminant_analysis.LinearDiscriminantAnalysis(), same),
    ("gaussian-process", "iris", gaussian_process.GaussianProcessRegressor(alpha=0.1), same),
    ("mlp-classifier", "digits", neural_network.MLPClassifier(hidden_layer_sizes=(64, 32), max_iter=400, random_state=SEED), same),
    ("mlp-regressor", "diabetes", neural_network.MLPRegressor(hidden_layer_sizes=(32,), max_iter=4000, random_state=SEED), same),
    ("k-means", "iris", cluster.KMeans(5, n_init=4, random_state=SEED), same),
    ("pca", "digits", decomposition.PCA(16, random_state=SEED), same),
    (
        "scaler-pca-logistic",
        "digits",
        pipeline.make_pipeline(
            preprocessing.StandardScaler(), decomposition.PCA(24, random_state=SEED), linear_model.LogisticRegression(max_iter=2000)
        ),
        same,
    ),
    (
        "min-max-svc",
        "wine",
        pipeline.make_pipeline(preprocessing.MinMaxScaler(), svm.SVC(C=5.0)),
        same,
    ),
    (
        "imputer-scaler-forest",
        "breast_cancer",
        pipeline.make_pipeline(
            impute.SimpleImputer(), preprocessing.RobustScaler(), ensemble.RandomForestClassifier(30, random_state=SEED)
        ),
        with_gaps,
    ),
    (
        "columns-one-hot-logistic",
        "wine",
        pipeline.make_pipeline(
            compose.ColumnTransformer(
                [
                    ("categories", preprocessing.OneHotEncoder(handle_unknown="ignore"), [0, 1]),
                    ("numbers", preprocessing.StandardScaler(), list(range(2, 13))),
                ]
            ),
            linear_model.LogisticRegression(max_iter=2000),
        ),
        categories,
    ),
    (
        "polynomial-ridge",
        "diabetes",
        pipeline.make_pipeline(preprocessing.PolynomialFeatures(2), linear_model.Ridge()),
        same,
    ),
    (
        "normalizer-neighbors",
        "digits",
        pipeline.make_pipeline(preprocessing.Normalizer(), neighbors.KNeighborsClassifier(3)),
        same,
    ),
    (
        "binarizer-bernoulli-nb",
        "digits",
        pipeline.make_pipeline(preprocessing.Binarizer(threshold=7.5), naive_bayes.BernoulliNB()),
        same,
    ),
    (
        "bins-logistic",
        "iris",
        pipeline.make_pipeline(
            preprocessing.KBinsDiscretizer(5, encode="onehot-dense", quantile_method="averaged_inverted_cdf"),
            linear_model.LogisticRegression(max_iter=2000),
        ),
        same,
    ),
    (
        "select-boosting",
        "breast_cancer",
        pipeline.make_pipeline(
            feature_selection.SelectKBest(k=10), ensemble.GradientBoostingClassifier(n_estimators=40, random_state=SEED)
        ),
        same,
    ),
]

# Other tolerances, and why.
TOLERANCES = {
    "gaussian-process": (1e-4, "a sum of 150 terms of both signs, in float32, that is smaller than they are"),
}


def journeys():
    """Trains and exports everything on the list."""
    for name, source, estimator, change in LIST:
        table, target = data(source)
        # Categories take no noise: it would make numbers of them.
        asked = rows(table, SEED, noise=0.0 if change is categories else 0.05)
        table, asked = change(table), change(asked)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            estimator.fit(table, target)
            zipped = is_classifier(estimator) and not isinstance(estimator, NEVER_ZIPPED)
            options = {id(estimator): {"zipmap": False}} if zipped else None
            types = [("x", FloatTensorType([None, table.shape[1]]))]
            model = to_onnx(estimator, initial_types=types, options=options, target_opset=OPSETS)
        tolerance, why = TOLERANCES.get(name, (TOLERANCE, ""))
        yield Journey(f"sklearn/{name}", model, [asked], tolerance=tolerance, why=why)
