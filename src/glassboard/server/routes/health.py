"""`GET health`: is the server there, and which one is it."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import Response

from glassboard.server.context import Context, answer
from glassboard.server.models.log import Health
from glassboard.server.version import installed_version

__all__ = ["router"]

router = APIRouter()


@router.get("/health", response_model=Health)
def get_health(context: Context) -> Response:
    """Whether the server answers, its version, and the revision of what it has read."""
    return answer(Health(status="ok", version=installed_version(), revision=context.provider.revision))
