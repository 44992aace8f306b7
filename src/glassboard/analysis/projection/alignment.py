"""Layouts of several steps of one embedding, turned so that points keep their places."""

from __future__ import annotations

import numpy as np

from glassboard.analysis.projection.vectors import Layout

__all__ = ["flipped_to", "rotated_to", "started_from"]


def rotated_to(layout: Layout, former: Layout) -> Layout:
    """The layout moved, turned and mirrored, never stretched, onto a former one of the same points (orthogonal Procrustes).

    Points without a place in either do not count. As it is where there is nothing to hold on to.
    """
    if layout.shape != former.shape:
        return layout
    both = np.isfinite(layout).all(axis=1) & np.isfinite(former).all(axis=1)
    if both.sum() < 2:
        return layout
    mean, wanted = (each[both].mean(axis=0, dtype=np.float64) for each in (layout, former))
    left, _, right = np.linalg.svd((layout[both] - mean).T @ (former[both] - wanted))
    turned: Layout = ((layout - mean) @ (left @ right) + wanted).astype(np.float32)
    return turned


def flipped_to(coordinates: Layout, former: Layout) -> Layout:
    """The coordinates with those columns mirrored that go against a former one: axes keep their meaning."""
    if len(coordinates) != len(former):
        return coordinates
    columns = min(coordinates.shape[1], former.shape[1])
    ours, theirs = np.nan_to_num(coordinates[:, :columns]), np.nan_to_num(former[:, :columns])
    signs = np.ones(coordinates.shape[1], np.float32)
    signs[:columns] = np.where(np.einsum("nc,nc->c", ours, theirs, dtype=np.float64) < 0, -1, 1)
    return coordinates * signs


def started_from(former: Layout, missing: Layout) -> Layout:
    """Where each point begins: at its former place, or, where it had none, at that of `missing`."""
    known = np.isfinite(former).all(axis=1, keepdims=True)
    return np.where(known, former, missing).astype(np.float32)
