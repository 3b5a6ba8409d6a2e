"""What tests of the comparison share."""

LADDER = ["batch", "weights", "forward", "dropout", "loss", "gradients", "update", "steps",
          "fit", "predictions", "initial weights"]  # fmt: skip


def statuses(report):
    return {rung.name: rung.status for rung in report.rungs}
