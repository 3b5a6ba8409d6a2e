"""What a model function of `tf.contrib.learn` is called for, and what it gives."""

from collections import namedtuple
from typing import Any


class ModeKeys:
    """What a model function is called for."""

    TRAIN = "train"
    EVAL = "eval"
    INFER = "infer"

    @classmethod
    def validate(cls, key: str) -> None:
        """Checks one.

        Raises:
          ValueError: it is none.
        """
        if key not in (cls.TRAIN, cls.EVAL, cls.INFER):
            raise ValueError(f"Invalid mode {key}.")


_Ops = namedtuple(
    "_Ops",
    "mode predictions loss train_op eval_metric_ops output_alternatives training_chief_hooks "
    "training_hooks scaffold",
)


class ModelFnOps(_Ops):
    """What a model function gives."""

    def __new__(
        cls,
        mode: str,
        predictions: Any = None,
        loss: Any = None,
        train_op: Any = None,
        eval_metric_ops: Any = None,
        output_alternatives: Any = None,
        training_chief_hooks: Any = None,
        training_hooks: Any = None,
        scaffold: Any = None,
    ) -> "ModelFnOps":
        ModeKeys.validate(mode)
        hooks = training_chief_hooks or [], training_hooks or []
        metrics = eval_metric_ops or {}
        return super().__new__(
            cls, mode, predictions, loss, train_op, metrics, output_alternatives, *hooks, scaffold
        )
