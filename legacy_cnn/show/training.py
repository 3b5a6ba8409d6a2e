"""The view of a training run's results."""

from legacy_cnn.results import TrainingResult
from legacy_cnn.show.blocks import Block, Facts, Table
from legacy_cnn.show.numbers import accuracy, count, duration, loss, tenths


def title(result: TrainingResult) -> str:
    return f"Training run, {result.status}"


def blocks(result: TrainingResult) -> list[Block]:
    return [
        Facts(
            {
                "status": result.status,
                "steps": count(result.step),
                "accuracy": "" if result.accuracy is None else accuracy(result.accuracy),
                "time": duration(result.seconds.training),
                "of which in TensorFlow": duration(result.seconds.computing),
                "staleness": result.staleness_in_words(),
                "SHA-256 of the weights": result.weights_sha256,
            }
        ),
        Table(
            "Epochs",
            ["epoch", "loss", "training", "test", "test, dropout on", "seconds"],
            [
                [
                    epoch.epoch,
                    loss(epoch.loss),
                    accuracy(epoch.train_accuracy),
                    accuracy(epoch.test_accuracy),
                    accuracy(epoch.test_accuracy_dropout_on),
                    tenths(epoch.seconds),
                ]
                for epoch in result.epochs
            ],
            notes=["loss: summed over the batches; training, test: accuracies"],
        ),
    ]
