"""`tf.contrib.learn`'s monitors and experiments: what runs an Estimator, and what watches it."""

from collections.abc import Callable
from typing import Any

import tensorflow.compat.v1 as tf


class ValidationMonitor(tf.train.SessionRunHook):
    """Evaluates every `every_n_steps` if there is a new checkpoint, and may stop the training.

    Args:
      x, y, input_fn, batch_size, eval_steps, metrics, hooks, name: for `Estimator.evaluate`.
      every_n_steps: how often.
      early_stopping_rounds: stops after so many steps without a better metric.
      early_stopping_metric: which metric.
      early_stopping_metric_minimize: whether less is better.
    """

    def __init__(
        self,
        x: Any = None,
        y: Any = None,
        input_fn: Any = None,
        batch_size: int | None = None,
        eval_steps: int | None = None,
        every_n_steps: int = 100,
        metrics: Any = None,
        hooks: Any = None,
        early_stopping_rounds: int | None = None,
        early_stopping_metric: str = "loss",
        early_stopping_metric_minimize: bool = True,
        name: str | None = None,
        **_: Any,
    ) -> None:
        self._evaluation = {"x": x, "y": y, "input_fn": input_fn, "batch_size": batch_size}
        self._evaluation |= {"steps": eval_steps, "metrics": metrics, "name": name, "hooks": hooks}
        self._every, self._rounds = every_n_steps, early_stopping_rounds
        self._metric, self._is_minimized = early_stopping_metric, early_stopping_metric_minimize
        self._estimator: Any = None
        self._checkpoint: str | None = None
        self._last = 0
        self.early_stopped = False
        self.best_step: int | None = None
        self.best_value: float | None = None
        self.best_metrics: dict[str, Any] | None = None

    def set_estimator(self, estimator: Any) -> None:
        """Says which Estimator is watched."""
        self._estimator = estimator

    def before_run(self, run_context: Any) -> Any:
        return tf.train.SessionRunArgs(tf.train.get_global_step())

    def after_run(self, run_context: Any, run_values: Any) -> None:
        step = int(run_values.results)
        latest = tf.train.latest_checkpoint(self._estimator.model_dir)
        if step - self._last < self._every or latest in (None, self._checkpoint):
            return
        self._last, self._checkpoint = step, latest
        found = self._estimator.evaluate(**self._evaluation)
        tf.logging.info("Validation (step %d): %s", step, found)
        self._remember(step, found)
        if self._rounds is not None and step - (self.best_step or 0) >= self._rounds:
            self.early_stopped = True
            run_context.request_stop()

    def _remember(self, step: int, found: dict[str, Any]) -> None:
        value = found[self._metric]
        sign = 1 if self._is_minimized else -1
        if self.best_value is None or sign * value < sign * self.best_value:
            self.best_step, self.best_value, self.best_metrics = step, value, found


class Experiment:
    """An Estimator with the inputs that train and evaluate it."""

    def __init__(
        self,
        estimator: Any,
        train_input_fn: Any,
        eval_input_fn: Any,
        eval_metrics: Any = None,
        train_steps: int | None = None,
        eval_steps: int | None = 100,
        train_monitors: Any = None,
        eval_hooks: Any = None,
        **_: Any,
    ) -> None:
        self.estimator, self.eval_metrics = estimator, eval_metrics
        self.train_steps, self.eval_steps = train_steps, eval_steps
        self._train_input_fn, self._eval_input_fn = train_input_fn, eval_input_fn
        self._monitors, self._eval_hooks = list(train_monitors or []), eval_hooks

    def train(self, delay_secs: float | None = None) -> Any:
        """Trains until step `train_steps`."""
        monitors, steps = self._monitors, self.train_steps
        if hasattr(self.estimator, "fit"):
            return self.estimator.fit(
                input_fn=self._train_input_fn, max_steps=steps, monitors=monitors
            )
        return self.estimator.train(self._train_input_fn, hooks=monitors, max_steps=steps)

    def evaluate(self, delay_secs: float | None = None, name: str | None = None) -> Any:
        """Evaluates once."""
        options = {"metrics": self.eval_metrics} if hasattr(self.estimator, "fit") else {}
        return self.estimator.evaluate(
            input_fn=self._eval_input_fn,
            steps=self.eval_steps,
            name=name,
            hooks=self._eval_hooks,
            **options,
        )

    def train_and_evaluate(self) -> tuple[Any, list[Any]]:
        """Trains, then evaluates."""
        self.train()
        return self.evaluate(), []

    local_run = train_and_evaluate


def run(
    experiment_fn: Callable[..., Any],
    output_dir: str | None = None,
    schedule: str | None = None,
    run_config: Any = None,
    hparams: Any = None,
) -> Any:
    """`learn_runner.run`: makes an experiment and calls the method that `schedule` names.

    Args:
      experiment_fn: called with `output_dir`, or with `run_config` and `hparams`.
      output_dir: where the model is.
      schedule: `train_and_evaluate` by default.
      run_config: instead of `output_dir`.
      hparams: with it.
    """
    made = experiment_fn(output_dir) if run_config is None else experiment_fn(run_config, hparams)
    return getattr(made, schedule or "train_and_evaluate")()
