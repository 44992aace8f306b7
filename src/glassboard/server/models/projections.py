"""Embeddings, their projections and neighbours."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from glassboard.server.columns import ColumnPlace
from glassboard.server.models.base import Answer, Question

__all__ = [
    "EmbeddingItem",
    "EmbeddingList",
    "EmbeddingMetadata",
    "EmbeddingProblem",
    "LoadedEmbedding",
    "MetadataColumn",
    "NeighborItem",
    "NeighborList",
    "ProjectionAxis",
    "ProjectionHeader",
    "ProjectionRequest",
    "ProjectionStarted",
    "RemovedEmbedding",
    "SpriteSize",
]

MAX_AXIS_POINTS = 1_000_000
Row = Annotated[int, Field(ge=0, lt=1 << 31)]


class SpriteSize(Answer):
    """Pixels of one picture; the sprite holds one for every point, row by row."""

    width: int
    height: int


class EmbeddingItem(Answer):
    run: str
    name: str
    """As the config names it; this is what other routes ask for."""
    tag: str
    step: int | None
    """From the name; null where it holds none."""
    points: int | None
    """Null where the file has to be read to know."""
    dimensions: int | None
    has_metadata: bool
    sprite: SpriteSize | None
    error: str | None
    """Why it cannot be read: a file that lies outside the log directory is refused."""
    version: str = ""
    """Another one as soon as its vectors, labels or pictures are written anew."""
    tensor_path: str = ""
    """Relative to the folder of the config, as are the others; empty where there is none."""
    metadata_path: str = ""
    sprite_path: str = ""
    bookmarks_path: str = ""
    """Looks that come with the data."""
    checkpoint_path: str = ""
    """Of the model, as the config names it; it is not read."""
    loaded: bool = False
    """A person loaded it: it lies in no log, and goes with the server."""


class EmbeddingProblem(Answer):
    run: str
    message: str


class EmbeddingList(Answer):
    revision: int
    embeddings: list[EmbeddingItem]
    problems: list[EmbeddingProblem]
    """Configs that cannot be read."""
    max_upload_bytes: int | None = None
    """Of `POST loaded-embeddings`; null where nothing can be loaded."""


class LoadedEmbedding(Answer):
    run: str
    """Stands for those that are loaded."""
    name: str
    """As it was asked for, numbered where there is one of the name."""
    points: int
    dimensions: int
    note: str | None
    """What is odd about the files, in words."""


class RemovedEmbedding(Answer):
    name: str


class MetadataColumn(Answer):
    name: str
    values: list[str]
    """One for every point."""


class EmbeddingMetadata(Answer):
    columns: list[MetadataColumn]
    problem: str | None
    """What does not fit, where the labels are shown all the same."""


class ProjectionAxis(Question):
    """Leads from the middle of some points to the middle of others; rows count from 0."""

    start: Annotated[list[Row], Field(min_length=1, max_length=MAX_AXIS_POINTS)]
    end: Annotated[list[Row], Field(min_length=1, max_length=MAX_AXIS_POINTS)]


class ProjectionRequest(Question):
    run: str
    name: str
    algorithm: Literal["pca", "tsne", "umap", "custom"]
    dimensions: Literal[2, 3] = 2
    """PCA gives ten components whatever it says, custom axes as many as there are."""
    sphereize: bool = False
    """Moves the mean to the origin and gives every vector the length 1 first."""
    perplexity: Annotated[float, Field(ge=1, le=1000)] = 30.0
    learning_rate: Annotated[float, Field(gt=0, le=1e6)] | None = None
    """Null: the number of points over the exaggeration, as openTSNE chooses it."""
    iterations: Annotated[int, Field(ge=10, le=20_000)] = 750
    """Of t-SNE; the first 250 exaggerate. UMAP takes as many epochs as umap-learn chooses."""
    neighbors: Annotated[int, Field(ge=2, le=500)] = 15
    min_dist: Annotated[float, Field(ge=0, le=0.99)] = 0.1
    metric: Literal["cosine", "euclidean"] = "euclidean"
    """Of UMAP's neighbours."""
    supervise: str | None = None
    """t-SNE and UMAP: a column of the metadata whose values attract each other."""
    ignored: str | None = None
    """A value of that column that says nothing; so does an empty one."""
    labels: (
        Annotated[list[Annotated[int, Field(ge=-1, lt=1 << 31)]], Field(max_length=MAX_AXIS_POINTS)] | None
    ) = None
    """In place of the values of the column: a number for each point, -1 where there is none."""
    strength: Annotated[float, Field(ge=0, le=100)] = 50.0
    """Of supervision in t-SNE: by how many percent attraction grows within a value and falls between two."""
    axes: Annotated[list[ProjectionAxis], Field(max_length=3, default_factory=list)]
    """Of custom axes, one to three; others look at none."""
    follows: str | None = None
    """The id of another step's projection: points keep its places as far as the data allows."""
    goes_on: str | None = None
    """The id of a t-SNE layout to run on from, without exaggeration."""
    perturb: bool = False
    """Shakes the points of that layout first."""

    @model_validator(mode="after")
    def _axes_where_needed(self) -> ProjectionRequest:
        if self.algorithm == "custom" and not self.axes:
            raise ValueError("a custom projection wants one to three axes")
        return self


class ProjectionStarted(Answer):
    id: str


class ProjectionHeader(Answer):
    """What stands before the columns of a layout."""

    id: str
    state: Literal["waiting", "running", "done", "stopped", "failed"]
    stage: str
    """What is being done, in words."""
    iteration: int
    iterations: int | None
    divergence: float | None
    """Kullback-Leibler divergence of t-SNE."""
    version: int
    """Grows with every layout; 0 while there is none."""
    points: int
    dimensions: int
    """Of the vectors."""
    left_out: int
    """Points with NaN or infinity, which have no place: NaN in the columns."""
    shares: list[float]
    """Of the variance, one for each principal component."""
    error: str | None
    seconds: float
    columns: dict[str, ColumnPlace]
    """`c0`, `c1`, ...: float32, one value for every point; none where the client holds this version."""


class NeighborItem(Answer):
    point: int
    distance: float


class NeighborList(Answer):
    neighbors: list[NeighborItem]
    """The nearest first; the point itself is not among them."""
