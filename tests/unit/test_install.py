"""`glassboard.install()`: the names of the other two writers are ours, in this process, for as long as it is wanted."""

from __future__ import annotations

import subprocess
import sys

import pytest

# In processes of their own: what is imported, and what is not, is the subject.
BLOCKED = """
import importlib.abc, sys
class Blocked(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path, target=None):
        if name.split(".")[0] in ("tensorboard", "tensorboardX", "tensorflow", "google"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Blocked())
"""


def run(script: str, folder: object = "") -> str:
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, str(folder)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def test_both_names_are_ours_without_the_other_packages(tmp_path):
    script = """
import glassboard
glassboard.install()
from tensorboardX import SummaryWriter, GlobalSummaryWriter, FileWriter, RecordWriter
from tensorboardX.writer import SummaryWriter as again
from tensorboardX.summary import hparams, scalar
import importlib.util, tensorboardX
assert SummaryWriter is again is glassboard.SummaryWriter is tensorboardX.SummaryWriter
assert importlib.util.find_spec("tensorboardX") is not None
assert "torch" not in sys.modules
writer = SummaryWriter(logdir=sys.argv[1])
for summary in (*hparams({"lr": 0.1}, {"m": 1.0}), scalar("s", 2.5)):
    writer.file_writer.add_summary(summary, 3)
writer.close()
from torch.utils.tensorboard import SummaryWriter
from torch.utils.tensorboard.summary import hparams
from torch.utils.tensorboard.writer import FileWriter
assert SummaryWriter is glassboard.SummaryWriter
assert not [name for name in sys.modules if name.split(".")[0] in ("tensorboard", "google")]
run = glassboard.open(sys.argv[1]).runs["."]
print(run.scalars("s").values.tolist(), sorted(run.hparams))
"""
    assert run(BLOCKED + script, tmp_path) == "[2.5] ['lr']\n"


def test_what_was_imported_before_is_replaced_and_put_back():
    script = """
import types, torch.utils.tensorboard, tensorboardX
from torch.utils.tensorboard import SummaryWriter as Theirs
from tensorboardX import SummaryWriter as Xs
import glassboard
caller = types.ModuleType("caller")
exec("from torch.utils.tensorboard import SummaryWriter\\nimport torch.utils.tensorboard as tb", vars(caller))
import sys
sys.modules["caller"] = caller
glassboard.install()
glassboard.install()
assert caller.SummaryWriter is Theirs is glassboard.SummaryWriter  # __main__ is a module too
assert torch.utils.tensorboard.SummaryWriter is tensorboardX.SummaryWriter is glassboard.SummaryWriter
from tensorboardX.proto.event_pb2 import Event  # still theirs
glassboard.uninstall()
glassboard.uninstall()
assert caller.SummaryWriter is Theirs is torch.utils.tensorboard.SummaryWriter is not glassboard.SummaryWriter
assert caller.tb is torch.utils.tensorboard
from torch.utils.tensorboard.writer import SummaryWriter
assert SummaryWriter is Theirs
assert tensorboardX.SummaryWriter is Xs is not glassboard.SummaryWriter
print("ok")
"""
    assert run(script) == "ok\n"


def test_nothing_is_left_where_nothing_was():
    script = """
import sys, glassboard
before = list(sys.meta_path)
glassboard.install()
import tensorboardX
import torch.utils.tensorboard
glassboard.uninstall()
assert sys.meta_path == before
assert not {"tensorboardX", "torch.utils.tensorboard", "tensorboardX.writer"} & set(sys.modules)
assert not hasattr(torch.utils, "tensorboard")
try:
    import tensorboardX
except ModuleNotFoundError as error:
    print(error)
"""
    assert run(BLOCKED + script) == "No module named 'tensorboardX'\n"


@pytest.mark.parametrize("name", ["install", "uninstall"])
def test_they_are_public(name):
    import glassboard

    assert name in glassboard.__all__
    assert callable(getattr(glassboard, name))
