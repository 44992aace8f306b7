"""The baseline: two blocks of convolution, pooling and dropout, and one fully connected layer to ten logits."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import nn

__all__ = ["CharacterNet", "LayerSummary", "summarise"]


class CharacterNet(nn.Module):
    """Grey images (N, 1, 28, 28) to logits (N, 10)."""

    def __init__(self, *, class_count: int = 10, dropout: float = 0.25) -> None:
        super().__init__()
        self.block1 = nn.Sequential(
            nn.Conv2d(1, 32, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout(dropout),
        )
        self.block2 = nn.Sequential(
            nn.Conv2d(32, 64, kernel_size=3, padding=1),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Dropout(dropout),
        )
        self.flatten = nn.Flatten()
        self.logits = nn.Linear(64 * 7 * 7, class_count)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        features = self.block2(self.block1(images))
        logits: torch.Tensor = self.logits(self.flatten(features))
        return logits


@dataclass(frozen=True, slots=True)
class LayerSummary:
    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameter_count: int


def summarise(model: nn.Module, images: torch.Tensor) -> list[LayerSummary]:
    """One line per layer in the order in which one batch passes them, with the shape that each gives."""
    layers: list[LayerSummary] = []
    hooks = []
    for name, layer in model.named_modules():
        if any(True for _ in layer.children()):
            continue

        def note(layer: nn.Module, _inputs: object, output: torch.Tensor, name: str = name) -> None:
            parameter_count = sum(parameter.numel() for parameter in layer.parameters())
            layers.append(LayerSummary(name, type(layer).__name__, tuple(output.shape), parameter_count))

        hooks.append(layer.register_forward_hook(note))
    try:
        with torch.no_grad():
            model(images)
    finally:
        for hook in hooks:
            hook.remove()
    return layers
