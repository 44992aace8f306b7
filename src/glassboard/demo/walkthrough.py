"""The walkthrough: one image-classification project from raw files to a tuned model, in eight steps."""

from __future__ import annotations

from glassboard.demo.settings import WalkthroughResult, WalkthroughSettings

__all__ = ["WalkthroughResult", "WalkthroughSettings", "run"]


def run(settings: WalkthroughSettings) -> WalkthroughResult:
    """Runs every step and, with `settings.serve`, serves the page until Ctrl-C.

    Raises `GlassboardError` with one clear sentence for anything the user can mend (a broken data file, a port in
    use, an unknown device). `KeyboardInterrupt` comes out after the logs are closed and the workers have ended;
    Ctrl-C while only the page is being served is the usual way to finish and returns the result.
    """
    raise NotImplementedError("the steps are being written")
