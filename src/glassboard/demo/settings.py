"""What the walkthrough is asked to do, and what it reached. Imports neither torch nor Matplotlib."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["WalkthroughResult", "WalkthroughSettings"]


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkthroughSettings:
    """The choices of `glassboard demo`; the defaults are the full walkthrough."""

    logdir: Path = Path("runs")
    """Where the runs go; every walkthrough gets a folder of its own below it."""
    data_dir: Path | None = None
    """A folder with the four gzipped IDX files, used as it is. None downloads K-MNIST or renders a stand-in."""
    download: bool = True
    """Whether K-MNIST may be downloaded where `data_dir` is None."""
    quick: bool = False
    """Fewer images and epochs, every step: under 90 seconds on two cores."""
    epochs: int | None = None
    """Epochs of the single training; None chooses by the number of images."""
    search: bool = True
    """Whether the 27 combinations of hyperparameters are trained."""
    serve: bool = True
    """Whether the page is served while the walkthrough runs, and after it until Ctrl-C."""
    host: str = "localhost"
    port: int = 6006
    device: str | None = None
    """A torch device such as `cpu` or `cuda:0`; None takes the accelerator where there is one."""
    seed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class WalkthroughResult:
    """What one walkthrough reached."""

    logdir: Path
    folder: Path
    """The folder of this walkthrough below `logdir`; holds `baseline` and `search/...`."""
    data_name: str
    """`K-MNIST` or `rendered hiragana`."""
    train_image_count: int
    validation_image_count: int
    epochs: int
    train_accuracy: float
    """Fraction of right answers in the last epoch, 0 to 1."""
    validation_accuracy: float
    validation_loss: float
    """Mean cross-entropy per image, in nats."""
    mistake_count: int
    hardest_class: str
    """The class with the lowest recall on the validation images."""
    hardest_class_recall: float
    combination_count: int
    """How many combinations of hyperparameters were trained; 0 without the search."""
    best_combination: str | None
    best_combination_accuracy: float | None
    duration_secs: float
    """Wall time from the start to the last step, without the serving that follows."""
