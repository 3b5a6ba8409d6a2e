"""What the processes of a cluster tell one another: a few variables on the first parameter server.

The chief writes a token, which names the next step; every worker writes, with its gradients, the
token that they are for. A label that is there already is not written again, so a step has exactly
one contribution of each worker, whichever processes are killed and started again meanwhile.
"""

import enum
from typing import NamedTuple

import numpy as np
import tensorflow.compat.v1 as tf
from numpy.typing import NDArray

from legacy_cnn.cluster.place import Place

#: None of the tutorial's, so that its initialiser does not know them.
COLLECTION = "cluster"
SCOPE = "cluster/"

#: Seconds between two looks at the board.
INTERVAL = 0.002


class Signal(enum.IntEnum):
    """What a token has in the place of a step."""

    PREPARING = -1
    ENDED = -2


class Token(NamedTuple):
    """Names one step of one chief's life."""

    generation: int  #: which variables are the run's, drawn by the chief; 0 is none
    step: int  #: steps that are done, or a `Signal`


class News(NamedTuple):
    """What the board says."""

    token: Token
    labels: list[Token]  #: of the workers' last contributions
    beat: int  #: grows with all that the chief does


class Board:
    """The variables in the current graph."""

    def __init__(self, place: Place) -> None:
        with tf.device("/job:ps/task:0"), tf.name_scope(SCOPE):
            self._token = variable("token", tf.zeros([2], tf.int64))
            self._beat = variable("beat", tf.zeros([], tf.int64))
            told = tf.Variable("", trainable=False, name="told", collections=[])
            self.labels = [
                variable(f"label_{number}", tf.zeros([2], tf.int64))
                for number in range(len(place.workers))
            ]
            self.given_token = tf.placeholder(tf.int64, [2])
            self.given_text = tf.placeholder(tf.string, [])
            self.tell = told.assign(self.given_text, read_value=False)
            self.told = told.read_value()  #: of the run, as JSON; it can be read before all else
            beaten = self._beat.assign_add(1, read_value=False)
            written = self._token.assign(self.given_token, read_value=False)
            self.publish = tf.group(written, beaten)
            with tf.control_dependencies([beaten]):
                self.alive = self._token.read_value()  #: the token; shows that the chief lives
            # One tensor: each of them is a message of its own.
            labels = [label.read_value() for label in self.labels]
            self.news = tf.concat([self._token.read_value(), *labels, [self._beat.read_value()]], 0)

    def read(self, news: NDArray[np.int64]) -> News:
        """What the fetched `news` say."""
        token, *labels = map(as_token, news[:-1].reshape(-1, 2))
        return News(token, labels, int(news[-1]))


def as_token(value: NDArray[np.int64]) -> Token:
    """The token in a fetched array."""
    return Token(*map(int, value))


def variable(name: str, initial: tf.Tensor) -> tf.Variable:
    """A variable that is the cluster's own."""
    return tf.Variable(initial, trainable=False, name=name, collections=[COLLECTION])
