"""What a projection is asked for, in one value that tells equal questions."""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from typing import Literal

from glassboard.analysis.projection.neighbors import Metric
from glassboard.server.projections.shelf import Stamp

__all__ = ["Algorithm", "ProjectionQuestion"]

Algorithm = Literal["pca", "tsne", "umap", "custom"]


@dataclass(frozen=True, slots=True)
class ProjectionQuestion:
    run: str
    name: str
    stamp: Stamp
    algorithm: Algorithm
    dimensions: int
    """2 or 3; PCA gives ten components whatever it says."""
    sphereize: bool = False
    perplexity: float = 30.0
    learning_rate: float | None = None
    iterations: int = 750
    neighbors: int = 15
    min_dist: float = 0.1
    metric: Metric = "euclidean"
    supervise: str | None = None
    """Column of the metadata whose values attract each other."""
    ignored: str | None = None
    labels_digest: str = ""
    """Of labels that were sent in place of those of the column."""
    strength: float = 50.0
    axes: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()
    follows: str | None = None
    """Another step's projection, to whose places this one keeps."""
    goes_on: str | None = None
    """The t-SNE layout that this one runs on from."""
    perturb: bool = False

    @property
    def key(self) -> str:
        """Equal for equal questions about equal files."""
        return hashlib.blake2b(repr(asdict(self)).encode(), digest_size=12).hexdigest()
