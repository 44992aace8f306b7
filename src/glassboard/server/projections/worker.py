"""A process that makes t-SNE and UMAP layouts, one after another: it can be killed, and what it loaded is loaded once."""

from __future__ import annotations

import os
import sys
from typing import BinaryIO

from glassboard.analysis.projection.progress import Snapshot
from glassboard.analysis.projection.tsne import tsne
from glassboard.analysis.projection.umap_layout import umap_layout
from glassboard.errors import GlassboardError
from glassboard.server.projections.frames import STOP, read_frame, write_frame
from glassboard.types import JsonObject

__all__ = ["main"]

_NICENESS = 5
"""The server answers, and a training on this machine runs, before a layout does."""


_FAILURES = (GlassboardError, ImportError, MemoryError, ValueError, ArithmeticError)
"""What the data or the installation can be to blame for; LinAlgError and scikit-learn's refusals are ValueErrors. Anything
else is a mistake in a program: it ends this process, whose last words the server hands on, and another one is started."""


class _StoppedError(Exception):
    """The server wants no more of this layout."""


def main() -> None:
    """Reads questions from standard input and answers on standard output, until the input ends."""
    incoming = sys.stdin.buffer
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    os.nice(_NICENESS)
    while True:
        try:
            question, arrays = read_frame(incoming)
        except EOFError:
            return
        try:
            _make(question, arrays, incoming, outgoing)
            write_frame(outgoing, {"kind": "done"})
        except _StoppedError:
            write_frame(outgoing, {"kind": "stopped"})
        except (BrokenPipeError, EOFError):
            return
        except _FAILURES as error:
            write_frame(outgoing, {"kind": "failed", "message": f"{error}" or type(error).__name__})


def _make(question: JsonObject, arrays: JsonObject, incoming: BinaryIO, outgoing: BinaryIO) -> None:
    def report(snapshot: Snapshot) -> None:
        said = {"kind": "snapshot", "iteration": snapshot.iteration, "divergence": snapshot.divergence}
        write_frame(outgoing, said, layout=snapshot.layout)
        answer = incoming.read(1)
        if answer == STOP:
            raise _StoppedError
        if not answer:
            raise EOFError

    options = question["options"]
    if question["algorithm"] == "tsne":
        layout = tsne(
            arrays["vectors"], arrays["start"], labels=arrays.get("labels"), report=report, **options
        )
    else:
        layout = umap_layout(
            arrays["vectors"], arrays["start"], labels=arrays.get("labels"), report=report, **options
        )
    report(Snapshot(question["iterations"], layout))


if __name__ == "__main__":
    main()
