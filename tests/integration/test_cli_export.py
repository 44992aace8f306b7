"""`glassboard export` as a process: pipes, and Ctrl-C in the middle."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from glassboard._kernel import encode_scalars
from glassboard.testing import FIRST_WALL_TIME, LogdirBuilder

COMMAND = [sys.executable, "-m", "glassboard", "export"]


def test_ctrl_c_ends_it_in_the_middle_of_a_table(tmp_path: Path) -> None:
    # More than a pipe holds: the command waits for its reader.
    LogdirBuilder(tmp_path).run("a").scalars("loss", [1.0] * 20_000)
    export = subprocess.Popen(
        [*COMMAND, str(tmp_path), "--to", "-"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    assert export.stdout is not None
    assert export.stdout.readline() == b"run,tag,step,wall_time,value\n"
    export.send_signal(signal.SIGINT)
    assert export.wait(10) == 130
    export.stdout.close()
    assert export.stderr is not None
    assert export.stderr.read() == b"\nglassboard: interrupted\n"
    export.stderr.close()


def test_a_reader_that_has_had_enough_is_no_accident(tmp_path: Path) -> None:
    # More than one write: that in which the reader goes may succeed.
    rows = [("loss", step, FIRST_WALL_TIME, 1.0) for step in range(200_000)]
    LogdirBuilder(tmp_path).run("a").raw(encode_scalars(rows))
    export = subprocess.Popen(
        [*COMMAND, str(tmp_path), "--to", "-", "--format", "jsonl"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert export.stdout is not None
    assert export.stderr is not None
    export.stdout.readline()
    export.stdout.close()
    assert export.stderr.read() == b""
    assert export.wait(10) == 1
    export.stderr.close()
