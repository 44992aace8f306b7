"""The bases of all models, and what several of them hold."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from glassboard.server.models.field_texts import field_texts

__all__ = ["Answer", "Number", "Question", "SegmentItem"]

Number = float | Literal["NaN", "Infinity", "-Infinity"]
"""JSON has no number for these three."""


class _Documented(BaseModel):
    """In the schema a field says what the docstring below it does."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        made = handler(core_schema)
        properties = handler.resolve_ref_schema(made).get("properties", {})
        texts = field_texts(cls)
        for name in properties.keys() & texts.keys():
            properties[name].setdefault("description", texts[name])
        return made


class Answer(_Documented):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Question(_Documented):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class SegmentItem(Answer):
    """A stretch of a series in which steps do not go back; a restarted run opens a new one."""

    first_step: int
    last_step: int
    count: int
