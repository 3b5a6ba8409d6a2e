"""The network in PyTorch, as its users write it."""

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from legacy_cnn.bench.contenders.loop import AfterStep, Loop
from legacy_cnn.bench.contenders.sets import BATCH, training_set

#: Batches of an evaluation to choose from.
SIZES = (50, 100, 200, 500, 1000)


class PyTorch(Loop):
    """The usual loop, with Adam fused: compiled or not, in channels-last format or not."""

    def __init__(self, channels_last: bool = False, is_compiled: bool = False) -> None:
        self._format = torch.channels_last if channels_last else torch.contiguous_format
        self._is_compiled = is_compiled
        self._size = SIZES[-1]

    def _network(self) -> nn.Module:
        network = nn.Sequential(
            nn.Conv2d(1, 32, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(32, 64, 5, padding=2),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Flatten(),
            nn.Linear(7 * 7 * 64, 1024),
            nn.ReLU(),
            nn.Dropout(0.2),
            nn.Linear(1024, 10),
        )
        for parameter in network.parameters():
            nn.init.normal_(parameter)  # N(0, 1), unscaled, as the tutorial's
        return network.to(memory_format=self._format)

    def _built(self, network: nn.Module) -> nn.Module:
        """The network as it is called."""
        if not self._is_compiled:
            return network
        compiled: nn.Module = torch.compile(network)
        return compiled

    def _images(self, rows: NDArray[np.float32]) -> torch.Tensor:
        return torch.from_numpy(rows).view(-1, 1, 28, 28).to(memory_format=self._format)

    def train(self, after_step: AfterStep) -> None:
        rows, labels = training_set()
        images, labels = self._images(rows), torch.from_numpy(labels.astype(np.int64))
        network = self._network().train()
        called = self._built(network)
        optimizer = torch.optim.Adam(network.parameters(), 0.001, fused=True)
        epoch_loss = 0.0
        while True:
            order = torch.randperm(len(images))
            for batch in order[: len(order) // BATCH * BATCH].split(BATCH):
                optimizer.zero_grad()
                cost = nn.functional.cross_entropy(called(images[batch]), labels[batch])
                cost.backward()
                optimizer.step()
                epoch_loss += cost.item()
                after_step()

    def initialise(self, weights: Mapping[str, NDArray[np.float32]]) -> None:
        network = self._network().eval()
        self._evaluated = self._built(network)
        values = {name: torch.from_numpy(value) for name, value in weights.items()}
        ours = (
            values["W_conv1"].permute(3, 2, 0, 1), values["b_conv1"],
            values["W_conv2"].permute(3, 2, 0, 1), values["b_conv2"],
            # PyTorch flattens channel by channel, TensorFlow pixel by pixel.
            values["W_fc"].view(7, 7, 64, 1024).permute(3, 2, 0, 1).reshape(1024, -1),
            values["b_fc"],
            values["out_W"].T, values["out_b"],
        )  # fmt: skip
        with torch.no_grad():
            for parameter, value in zip(network.parameters(), ours, strict=True):
                parameter.copy_(value)

    def logits(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            parts = self._images(images).split(self._size)
            return torch.cat([self._evaluated(part) for part in parts]).numpy()

    def warm_up(self, images: NDArray[np.float32]) -> None:
        """Takes the batches in which `images` are evaluated fastest."""
        seconds = {}
        for self._size in SIZES * 2:
            started = time.perf_counter()
            self.logits(images)
            seconds[self._size] = time.perf_counter() - started
        self._size = min(seconds, key=lambda size: seconds[size])

    def details(self) -> dict[str, Any]:
        return {"evaluation_batch": self._size}
