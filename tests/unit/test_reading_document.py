"""docs/reference/reading.md names the public methods of logs and runs, and its dtypes are the real ones."""

from __future__ import annotations

import re
from pathlib import Path

import glassboard
from glassboard.log import Log, Run
from glassboard.testing import LogdirBuilder

PAGE = (Path(__file__).resolve().parents[2] / "docs/reference/reading.md").read_text(encoding="utf-8")


def test_every_public_method_is_named() -> None:
    words = set(re.findall(r"\w+", PAGE))
    for owner in (Log, Run):
        missing = {name for name in vars(owner) if not name.startswith("_")} - words - {"info"}
        assert missing == set(), owner


def test_the_dtypes_are_the_real_ones(tmp_path: Path) -> None:
    LogdirBuilder(tmp_path).run("a").scalars("x", [1.0])
    log = glassboard.open(tmp_path)
    table, polars, pandas = log.to_arrow(), log.to_polars(), log.to_pandas()
    rows = re.findall(r"^\| (`[^|]*) \| `([^`]*)` \| `([^`]*)` \| `([^`]*)` \|", PAGE, re.MULTILINE)
    documented = {
        name: (in_pandas, in_polars, in_arrow)
        for names, in_pandas, in_polars, in_arrow in rows
        for name in re.findall(r"\w+", names)
    }
    assert list(documented) == table.column_names
    for name, (in_pandas, in_polars, in_arrow) in documented.items():
        assert str(pandas[name].dtype) == in_pandas
        assert str(polars[name].dtype) == in_polars
        spelled = str(table.schema.field(name).type)
        assert re.sub(r"values=(\w+), indices=(\w+), ordered=0", r"\2, \1", spelled) == in_arrow
