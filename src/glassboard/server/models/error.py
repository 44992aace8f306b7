"""The one shape of every error."""

from __future__ import annotations

from glassboard.server.models.base import Answer

__all__ = ["ErrorBody", "ErrorDetail"]


class ErrorDetail(Answer):
    code: str
    """For programs: `not_found`, `invalid`, `forbidden`, `token_required`, `corrupt`, ..."""
    message: str
    """For people: what was found, what was wanted, where."""


class ErrorBody(Answer):
    """The one shape of every error."""

    error: ErrorDetail
