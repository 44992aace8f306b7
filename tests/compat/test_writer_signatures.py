"""Every method, argument and attribute of both libraries is there, with their order and their defaults."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Iterator
from types import ModuleType

import pytest
import torch.utils.tensorboard

import glassboard

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import tensorboardX

CLASSES = ["SummaryWriter", "FileWriter", "GlobalSummaryWriter", "RecordWriter"]
PRIVATE_BUT_USED = {"__init__", "__enter__", "__exit__", "_get_file_writer"}
# Arguments whose position the two libraries give to different things; `test_writer_compatible_calls` makes such calls.
OTHERWISE_PLACED = {
    ("tensorboardX", "SummaryWriter", "add_hparams"),
    ("tensorboardX", "SummaryWriter", "add_image_with_boxes"),
    ("tensorboardX", "SummaryWriter", "add_scalar"),
}
# One argument under two names, in the same place.
RENAMED = {"logdir": "log_dir", "onnx_model_file": "prototxt", "writer": "path", "exc_type": "kind", "exc_val": "error",
           "exc_tb": "traceback"}  # fmt: skip
OUR_DEFAULTS = {("comet_config", "{'disabled': True}")}


def methods() -> Iterator[tuple[ModuleType, str, str]]:
    for module in (torch.utils.tensorboard, tensorboardX):
        for class_name in CLASSES:
            theirs = getattr(module, class_name, None)
            for name, _ in inspect.getmembers(theirs, callable):
                if theirs is not None and (not name.startswith("_") or name in PRIVATE_BUT_USED):
                    yield module, class_name, name


def named(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    variadic = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
    return [p for p in parameters if p.kind not in variadic and p.name != "self"]


@pytest.mark.parametrize(
    ("module", "class_name", "name"), list(methods()), ids=lambda value: getattr(value, "__name__", value)
)
def test_every_argument_is_accepted(module, class_name, name):
    theirs = named(list(inspect.signature(getattr(getattr(module, class_name), name)).parameters.values()))
    ours = named(list(inspect.signature(getattr(getattr(glassboard, class_name), name)).parameters.values()))
    by_name = {p.name: p for p in ours}
    positions = [p.name for p in ours if p.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD]
    for position, wanted in enumerate(theirs):
        if name != "__exit__" and (class_name, name) != ("RecordWriter", "__init__"):
            assert wanted.name in by_name, f"{class_name}.{name} does not take {wanted.name}"
            found = by_name[wanted.name]
            assert (found.default is inspect.Parameter.empty) <= (wanted.default is inspect.Parameter.empty)
            if wanted.default not in (inspect.Parameter.empty, None) and found.default is not None:
                assert found.default == wanted.default, wanted
        if (module.__name__, class_name, name) in OTHERWISE_PLACED:
            continue
        if wanted.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD:
            assert positions[position] in (wanted.name, RENAMED.get(wanted.name)) or {
                positions[position],
                wanted.name,
            } == {"log_dir", "logdir"}


def test_the_walk_sees_both_libraries():
    found = list(methods())
    assert len(found) > 90
    assert {name for _, class_name, name in found if class_name == "SummaryWriter"} >= {
        "add_tensor",
        "add_openvino_graph",
        "export_scalars_to_json",
        "use_metadata",
    }
    assert "rescale" in inspect.signature(tensorboardX.summary.image_boxes).parameters  # behind its **kwargs


@pytest.mark.parametrize("class_name", ["SummaryWriter", "FileWriter"])
@pytest.mark.parametrize(
    "module", [torch.utils.tensorboard, tensorboardX], ids=lambda module: module.__name__
)
def test_every_attribute_is_there(tmp_path, module, class_name):
    theirs = getattr(module, class_name)(str(tmp_path / "theirs"))
    ours = getattr(glassboard, class_name)(tmp_path / "ours")
    missing = [name for name in vars(theirs) if not name.startswith("_") and not hasattr(ours, name)]
    theirs.close()
    ours.close()
    # What is behind the door of their file writer, and what tensorboardX passes on unused.
    assert set(missing) <= {"event_writer", "kwargs"}


def test_values_of_the_attributes_are_torchs(tmp_path):
    theirs = torch.utils.tensorboard.SummaryWriter(str(tmp_path / "run"))
    with glassboard.SummaryWriter(str(tmp_path / "run")) as ours:
        for name in ("log_dir", "purge_step", "max_queue", "flush_secs", "filename_suffix", "default_bins"):
            assert getattr(ours, name) == getattr(theirs, name)
        assert list(ours.all_writers) == list(theirs.all_writers)
        assert ours.file_writer.get_logdir() == theirs.file_writer.get_logdir()
        assert ours._get_file_writer().get_logdir() == ours.logdir == ours.get_logdir()
    theirs.close()
