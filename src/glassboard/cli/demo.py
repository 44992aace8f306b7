"""`glassboard demo`: the walkthrough, from raw images to a tuned model, with the page open beside it."""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path

from glassboard.cli.serve import DEFAULT_PORT, port_number
from glassboard.errors import GlassboardError

__all__ = ["add_parser", "run"]

_NEEDED_MODULES = ("torch", "matplotlib", "matplotlib_fontja", "pooch", "tqdm")
_EPILOG = """\
examples:
  glassboard demo                           everything, in under 12 minutes on two cores
  glassboard demo --quick                   every step on fewer images, in under 90 seconds
  glassboard demo --data-dir kmnist         real K-MNIST from the four gzipped IDX files in ./kmnist
  glassboard demo --no-search --no-serve    the training alone, and no page

Without --data-dir K-MNIST is downloaded; where there is no network the same ten characters are drawn from a font.
The code is in glassboard/demo, on the public interface only, to be read and copied."""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = commands.add_parser(
        "demo",
        help="train a recogniser of Japanese characters and watch it in the page",
        description="Trains a recogniser of Japanese characters: data, model, training, evaluation, search, embedding.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    training = parser.add_argument_group("training")
    training.add_argument("--quick", action="store_true", help="fewer images and epochs, every step")
    training.add_argument("--epochs", type=_count, metavar="N", help="epochs of the single training")
    training.add_argument(
        "--search",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="train the 27 combinations of hyperparameters, too",
    )
    training.add_argument(
        "--device", metavar="NAME", help="a torch device such as cpu or cuda:0 (default: the fastest)"
    )
    training.add_argument(
        "--seed", type=int, default=0, metavar="N", help="seed of all that is random (default 0)"
    )
    files = parser.add_argument_group("files")
    files.add_argument(
        "--logdir", type=Path, default=Path("runs"), metavar="DIR", help="where runs go (default: runs)"
    )
    files.add_argument(
        "--data-dir", type=Path, metavar="DIR", help="folder with the four K-MNIST files, used as it is"
    )
    files.add_argument(
        "--download",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="download K-MNIST where no --data-dir is given",
    )
    page = parser.add_argument_group("page")
    page.add_argument(
        "--serve",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="serve the page while the demo runs, and after it until Ctrl-C",
    )
    page.add_argument(
        "--port", type=port_number, default=DEFAULT_PORT, help="default 6006; 0 takes a free one"
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    missing = [name for name in _NEEDED_MODULES if importlib.util.find_spec(name) is None]
    if missing:
        raise GlassboardError(f'the demo needs {", ".join(missing)}: pip install "glassboard[demo]"')
    # Imports torch: not before it is known to be there.
    from glassboard.demo import walkthrough
    from glassboard.demo.settings import WalkthroughSettings

    settings = WalkthroughSettings(
        logdir=options.logdir.expanduser(),
        data_dir=options.data_dir.expanduser() if options.data_dir else None,
        download=options.download,
        quick=options.quick,
        epochs=options.epochs,
        search=options.search,
        serve=options.serve,
        port=options.port,
        device=options.device,
        seed=options.seed,
    )
    walkthrough.run(settings)
    return 0


def _count(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of epochs: want 1 or more")
    return int(text)
