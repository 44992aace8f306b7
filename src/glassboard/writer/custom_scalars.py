"""The layout of custom scalar charts: each call adds to what the calls before it laid out."""

from __future__ import annotations

from collections.abc import Mapping

from glassboard.codec.payloads import custom_scalars
from glassboard.codec.payloads.custom_scalars import Category, Chart
from glassboard.codec.payloads.tensor import DT_STRING
from glassboard.errors import MisuseError
from glassboard.writer.arrays import describe
from glassboard.writer.point import as_tag
from glassboard.writer.tensor import TensorJob

__all__ = ["ChartLayout"]

_KINDS = {"Multiline": False, "Margin": True}


class ChartLayout:
    """The charts of one run by category and title. Not for several threads at once."""

    def __init__(self) -> None:
        self._charts: dict[str, dict[str, Chart]] = {}

    def add(self, layout: object, wall_time: float) -> TensorJob:
        """Adds `{category: {title: [kind, tags]}}`, in place of charts of the same names; gives the whole to write.

        Raises `MisuseError`, and adds nothing then.
        """
        added = _parsed(layout)
        for category, charts in added.items():
            self._charts.setdefault(category, {}).update(charts)
        categories = tuple(Category(title, tuple(charts.values())) for title, charts in self._charts.items())
        return TensorJob(
            custom_scalars.CONFIG_TAG,
            0,
            wall_time,
            DT_STRING,
            (),
            [custom_scalars.encode_layout(categories)],
            custom_scalars.PLUGIN_NAME,
        )


def _parsed(layout: object) -> dict[str, dict[str, Chart]]:
    wanted = 'a dict of dicts, {category: {title: ["Multiline" or "Margin", tags]}}'
    if not isinstance(layout, Mapping):
        raise MisuseError(f"found {describe(layout)} as layout, wanted {wanted}")
    found: dict[str, dict[str, Chart]] = {}
    for category, charts in layout.items():
        if not isinstance(charts, Mapping):
            raise MisuseError(f"found {describe(charts)} as the category {category!r}, wanted {wanted}")
        found[_title(category)] = {
            _title(title): _chart(_title(title), entry, wanted) for title, entry in charts.items()
        }
    return found


def _title(title: object) -> str:
    if not isinstance(title, str):
        raise MisuseError(f"found {describe(title)} as a title of custom scalars, wanted a string")
    return title


def _chart(title: str, entry: object, wanted: str) -> Chart:
    if not isinstance(entry, (list, tuple)) or len(entry) < 2 or entry[0] not in _KINDS:
        raise MisuseError(f"found {entry!r} as the chart {title!r}, wanted {wanted}")
    kind, tags = entry[0], entry[1]
    if not isinstance(tags, (list, tuple)) or not tags:
        raise MisuseError(f"found {describe(tags)} as the tags of the chart {title!r}, wanted a list of tags")
    if _KINDS[kind] and len(tags) != 3:
        raise MisuseError(
            f"found {len(tags)} tags in the margin chart {title!r}, wanted 3: the value, its lower and upper bound"
        )
    return Chart(title, tuple(as_tag(tag) for tag in tags), _KINDS[kind])
