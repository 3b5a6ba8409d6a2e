"""Public TensorFlow 1 programs, and the number that the author of each printed."""

from dataclasses import dataclass

_EXAMPLES = "aymericdamien/TensorFlow-Examples"
_LATEST = "6dcbe14649163814e72a22a999f20c5e247ce988"
_LESSONS = "hunkim/DeepLearningZeroToAll"
_LESSONS_COMMIT = "60c707e02af7bd950401faeadcc6c0e1b39b2978"
_BASIC, _NETS, _UTILS = "2_BasicModels", "3_NeuralNetworks", "4_Utils"
_HIGHER = "lab-10-7-mnist_nn_higher_level_API"
_DIABETES = "lab-05-2-logistic_regression_diabetes"
_NUMBER = r"([\d.]+)"
_ACCURACY = rf"Accuracy: *{_NUMBER}"
_COST = rf"Training cost= *{_NUMBER}"
_LOSS = rf"Loss: *{_NUMBER}"
_TESTSET = rf"Testset Accuracy: *{_NUMBER}"
_TEST = rf"(?i)test\w* accuracy:? *{_NUMBER}"


@dataclass(frozen=True)
class OldProgram:
    """A program in a public repository.

    Attributes:
      kind: what it trains.
      repository: owner and name on GitHub.
      commit: the version.
      path: the script in the repository.
      measure: what the number is.
      authors: the number that its author gives.
      where: where the author gives it.
      pattern: what finds the number in the program's output; the last match counts.
    """

    kind: str
    repository: str
    commit: str
    path: str
    measure: str
    authors: float
    where: str
    pattern: str

    @property
    def is_better_high(self) -> bool:
        """Whether a larger number is better."""
        return self.measure == "accuracy"

    @property
    def name(self) -> str:
        """The path in a folder of programs, as in raw.githubusercontent.com."""
        return f"{self.repository}/{self.commit}/{self.path}"


def _example(kind: str, name: str, measure: str, authors: float, pattern: str) -> OldProgram:
    path = f"tensorflow_v1/examples/{name}.py"
    return OldProgram(kind, _EXAMPLES, _LATEST, path, measure, authors, "its notebook", pattern)


def _lesson(kind: str, name: str, measure: str, authors: float, pattern: str) -> OldProgram:
    return OldProgram(
        kind, _LESSONS, _LESSONS_COMMIT, f"{name}.py", measure, authors, "its last lines", pattern
    )


#: The old programs of a repository that has changed since, by the commit.
_OF_2016 = {
    "recurrent_network": "60e34fe1f9b02fa534d3efe51d08878315c53103",
    "bidirectional_rnn": "e812efc7215ab3c644afbf8c3d6d14c846ace0bc",
}


def _of_2016(kind: str, name: str, authors: float) -> OldProgram:
    path = f"examples/3_NeuralNetworks/{name}.py"
    commit = _OF_2016[name]
    return OldProgram(kind, _EXAMPLES, commit, path, "accuracy", authors, "its notebook", _TEST)


PROGRAMS = (
    _lesson("softmax regression", "lab-10-1-mnist_softmax", "accuracy", 0.9194, _ACCURACY),
    _lesson("logistic regression", _DIABETES, "accuracy", 0.762846, _ACCURACY),
    _example("linear regression", f"{_BASIC}/linear_regression", "loss", 0.0884199, _COST),
    _example("k-means", f"{_BASIC}/kmeans", "accuracy", 0.7127, _TEST),
    _example("nearest neighbour", f"{_BASIC}/nearest_neighbor", "accuracy", 0.92, _ACCURACY),
    _example("MLP, eager", f"{_NETS}/neural_network_eager_api", "accuracy", 0.9719, _TESTSET),
    _example("MLP and Saver", f"{_UTILS}/save_restore_model", "accuracy", 0.9385, _ACCURACY),
    _lesson("MLP, `tf.contrib.layers`", _HIGHER, "accuracy", 0.9826, _ACCURACY),
    _lesson("MLP, dropout", "lab-10-5-mnist_nn_dropout", "accuracy", 0.9804, _ACCURACY),
    _example("CNN, `tf.estimator`", f"{_NETS}/convolutional_network", "accuracy", 0.9908, _TEST),
    _lesson("deep CNN", "lab-11-2-mnist_deep_cnn", "accuracy", 0.9938, _ACCURACY),
    _of_2016("LSTM, 0.x", "recurrent_network", 0.976562),
    _of_2016("bidirectional LSTM, 0.x", "bidirectional_rnn", 0.992188),
    _example("LSTM, sequences of any length", f"{_NETS}/dynamic_rnn", "accuracy", 0.952, _TEST),
    _example("autoencoder", f"{_NETS}/autoencoder", "loss", 0.057672, _LOSS),
    _example("VAE", f"{_NETS}/variational_autoencoder", "loss", 151.272964, _LOSS),
    _example("TensorBoard", f"{_UTILS}/tensorboard_basic", "accuracy", 0.9143, _ACCURACY),
)
