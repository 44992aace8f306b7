"""What is printed lines up, also with hiragana, and never breaks on a terminal that cannot show them."""

from __future__ import annotations

import io
import sys

import pytest

from glassboard.demo.console import duration_text, heading, say, step, table


def test_lines_are_indented(capsys: pytest.CaptureFixture[str]) -> None:
    step(3, "The model")
    say("one\n\ntwo")
    assert capsys.readouterr().out == "\n3  The model\n  one\n\n  two\n"


def test_columns_line_up_with_wide_characters(capsys: pytest.CaptureFixture[str]) -> None:
    table([("class", "recall"), ("お", "0.9"), ("きす", "1")])
    assert capsys.readouterr().out == "  class  recall\n  お     0.9\n  きす   1\n"


def test_durations() -> None:
    assert [duration_text(secs) for secs in (0.2, 59.4, 60, 185, 3_600)] == [
        "0 s",
        "59 s",
        "1 min 00 s",
        "3 min 05 s",
        "60 min 00 s",
    ]


def test_a_terminal_without_hiragana(monkeypatch: pytest.MonkeyPatch) -> None:
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding="ascii"))
    heading("class お")
    sys.stdout.flush()
    assert raw.getvalue() == b"\nclass ?\n"
