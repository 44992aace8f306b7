"""Scalars as one long table: a row a point, for pandas, polars and Arrow.

Every table has the same columns, in this order:

    run        name of the run: pandas `category`, polars `Categorical`, Arrow `dictionary<int32, string>`
    tag        name of the tag, as `run`
    step       int64
    wall_time  float64, seconds since the epoch
    value      float64; NaN and infinity are values, never missing

Rows stand in the order runs and tags are listed and points were written. The libraries are optional and imported on use.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from glassboard import _lazy
from glassboard.types import Float64Array, Int64Array

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    from glassboard.log._scalars import Scalars

__all__ = ["COLUMNS", "ScalarTable", "require_arrow"]

COLUMNS = ("run", "tag", "step", "wall_time", "value")


@dataclass(frozen=True, slots=True, eq=False)
class ScalarTable:
    """The columns of a table; `run_codes` and `tag_codes` index the names."""

    run_names: tuple[str, ...]
    tag_names: tuple[str, ...]
    run_codes: npt.NDArray[np.int32]
    tag_codes: npt.NDArray[np.int32]
    steps: Int64Array
    wall_times: Float64Array
    values: Float64Array

    @staticmethod
    def of(series: Iterable[Scalars]) -> ScalarTable:
        every = list(series)
        counts = np.array([len(each) for each in every], np.int64)
        runs, run_codes = _encode([each.run for each in every], counts)
        tags, tag_codes = _encode([each.tag for each in every], counts)
        return ScalarTable(
            runs,
            tags,
            run_codes,
            tag_codes,
            np.concatenate([np.empty(0, np.int64), *(each.steps for each in every)]),
            np.concatenate([np.empty(0, np.float64), *(each.wall_times for each in every)]),
            np.concatenate([np.empty(0, np.float64), *(each.values for each in every)]),
        )

    def to_pandas(self) -> pd.DataFrame:
        pandas = _lazy.require("pandas", "to_pandas", extra="pandas")
        categorical = pandas.Categorical.from_codes
        columns = (
            categorical(self.run_codes, categories=pandas.Index(self.run_names, dtype=object)),
            categorical(self.tag_codes, categories=pandas.Index(self.tag_names, dtype=object)),
            self.steps,
            self.wall_times,
            self.values,
        )
        frame: pd.DataFrame = pandas.DataFrame(dict(zip(COLUMNS, columns, strict=True)), copy=False)
        return frame

    def to_polars(self) -> pl.DataFrame:
        polars = _lazy.require("polars", "to_polars", extra="polars")
        columns = {
            "run": polars.Series(self.run_names, dtype=polars.Categorical).gather(self.run_codes),
            "tag": polars.Series(self.tag_names, dtype=polars.Categorical).gather(self.tag_codes),
            "step": polars.Series(self.steps, dtype=polars.Int64),
            "wall_time": polars.Series(self.wall_times, dtype=polars.Float64),
            "value": polars.Series(self.values, dtype=polars.Float64),
        }
        frame: pl.DataFrame = polars.DataFrame(columns)
        return frame

    def to_arrow(self) -> pa.Table:
        arrow = require_arrow("to_arrow")
        dictionary = arrow.DictionaryArray.from_arrays
        columns = (
            dictionary(arrow.array(self.run_codes), arrow.array(self.run_names, arrow.string())),
            dictionary(arrow.array(self.tag_codes), arrow.array(self.tag_names, arrow.string())),
            # `from_pandas` stays off: NaN is a value, and a null is not.
            arrow.array(self.steps, from_pandas=False),
            arrow.array(self.wall_times, from_pandas=False),
            arrow.array(self.values, from_pandas=False),
        )
        table: pa.Table = arrow.Table.from_arrays(columns, names=list(COLUMNS))
        return table


def require_arrow(purpose: str) -> ModuleType:
    """pyarrow. Raises `ImportError` that says what to install."""
    return _lazy.require("pyarrow", purpose, extra="arrow")


def _encode(names: list[str], counts: npt.NDArray[np.int64]) -> tuple[tuple[str, ...], npt.NDArray[np.int32]]:
    """Distinct names in order of appearance, and int32[sum(counts)] that index them."""
    codes = {name: code for code, name in enumerate(dict.fromkeys(names))}
    return tuple(codes), np.repeat(np.array([codes[name] for name in names], np.int32), counts)
