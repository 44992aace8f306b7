"""The baseline: two blocks of convolution, pooling and dropout, and one fully connected layer to ten logits."""

from __future__ import annotations

import torch
from torch import nn

__all__ = ["CharacterNet", "count_parameters", "summarise"]


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
