"""The notebook runs from top to bottom in its quick setting, and what it logs is what it tells."""

from __future__ import annotations

import os
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

import glassboard
from glassboard.demo.data import CLASS_NAMES
from glassboard.log import Log, Run

pytestmark = pytest.mark.demo
ROOT = Path(__file__).resolve().parents[2]
PATH = ROOT / "examples" / "kmnist.ipynb"


@pytest.fixture(scope="module")
def executed(
    tmp_path_factory: pytest.TempPathFactory, hiragana_cache: Path
) -> tuple[nbformat.NotebookNode, Path]:
    """The notebook with its outputs, and the folder that it logged to."""
    logdir = tmp_path_factory.mktemp("runs")
    notebook = nbformat.read(PATH, as_version=4)
    environment = {
        **os.environ,
        "GLASSBOARD_QUICK": "1",
        "GLASSBOARD_LOGDIR": str(logdir),
        "XDG_CACHE_HOME": str(hiragana_cache),
    }
    environment.pop("GLASSBOARD_DATA_DIR", None)
    resources = {"metadata": {"path": str(PATH.parent)}}
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources=resources)
    client.execute(env=environment)
    return notebook, logdir


@pytest.fixture(scope="module")
def log(executed: tuple[nbformat.NotebookNode, Path]) -> Log:
    return glassboard.open(executed[1])


@pytest.fixture(scope="module")
def baseline(log: Log) -> Run:
    return log.runs["notebook-1/baseline"]


def test_no_outputs_are_stored() -> None:
    notebook = nbformat.read(PATH, as_version=4)
    nbformat.validate(notebook)
    codes = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert len(codes) > 10
    assert all(not cell.outputs and cell.execution_count is None for cell in codes)


def test_every_cell_ran_and_nothing_was_written_to_stderr(
    executed: tuple[nbformat.NotebookNode, Path],
) -> None:
    codes = [cell for cell in executed[0].cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in codes] == [*range(1, len(codes) + 1)]
    outputs = [output for cell in codes for output in cell.outputs]
    assert [output.text for output in outputs if output.get("name") == "stderr"] == []
    # The two grids of characters are shown in the notebook too.
    assert sum("image/png" in output.get("data", {}) for output in outputs) == 2


def test_nothing_logged_is_broken(log: Log) -> None:
    assert log.problems == ()
    assert len(log.runs) == 7


def test_training_learned_something(baseline: Run) -> None:
    for tag in ("loss/train", "loss/validation", "accuracy/train", "accuracy/validation"):
        assert baseline.scalars(tag).steps.tolist() == [1, 2, 3]
    loss = baseline.scalars("loss/validation").values
    assert loss[-1] < loss[0] < np.log(10)
    assert baseline.scalars("accuracy/validation").values[-1] > 0.6
    assert len(baseline.scalars("batch/loss")) == 3 * 63


def test_twenty_five_characters_with_their_names(baseline: Run) -> None:
    pictures = baseline.images("data/characters")
    assert pictures.steps.tolist() == [*range(25)]
    assert {sample.to_numpy().shape for sample in pictures} == {(28, 28)}
    names = [sample.read().rpartition(" ")[2] for sample in baseline.texts("data/character names")]
    assert len(names) == 25
    assert set(names) <= set(CLASS_NAMES)


def test_graph_leads_from_the_images_to_the_prediction(baseline: Run) -> None:
    (sample,) = baseline.graphs()
    reached = {"input/images"}
    for node in sample.read().nodes:
        if reached & {text.partition(":")[0] for text in node.inputs}:
            reached.add(node.name)
            assert node.output_shapes
            assert node.output_shapes[0][0] == 32
    assert "output" in reached


def test_a_curve_for_every_class(baseline: Run) -> None:
    tags = baseline.tags.of("pr_curve")
    assert tags == tuple(f"precision-recall/{label} {name}" for label, name in enumerate(CLASS_NAMES))
    for tag in tags:
        curve = baseline.pr_curves(tag)[0].read()
        assert (curve.true_positives + curve.false_positives)[0] == 500


def test_every_answer_is_there_with_its_picture(baseline: Run) -> None:
    (answers,) = baseline.predictions("validation")
    assert len(answers) == 500
    assert answers.class_names == tuple(CLASS_NAMES)
    right = (answers.predicted == answers.targets).mean()
    assert right == pytest.approx(baseline.scalars("accuracy/validation").values[-1])
    wrong = np.flatnonzero(answers.predicted != answers.targets)
    pictures = [sample.to_numpy() for sample in baseline.images("mistakes/characters")]
    assert sorted(picture.tobytes() for picture in pictures) == sorted(
        answers.image(row).tobytes() for row in wrong.tolist()
    )


def test_every_mistake_has_a_picture_and_a_note(baseline: Run) -> None:
    pictures, notes = baseline.images("mistakes/characters"), baseline.texts("mistakes/notes")
    assert pictures.steps.tolist() == notes.steps.tolist() == [*range(len(notes))]
    wrong = 1 - baseline.scalars("accuracy/validation").values[-1]
    assert len(notes) == round(wrong * 500)


def test_the_search_logged_its_hyperparameters(log: Log) -> None:
    searched = [run for run in log.runs.values() if run.hparams]
    assert len(searched) == 6
    assert {run.hparams["learning rate"] for run in searched} == {0.1, 0.01, 0.001}
    for run in searched:
        assert 0 <= run.scalars("final/validation accuracy").values[-1] <= 1


def test_embedding_has_a_label_and_a_picture_for_every_point(baseline: Run) -> None:
    (embedding,) = baseline.embeddings.values()
    points = embedding.to_numpy()
    assert points.shape == (16 * 16, 784)
    columns, rows = embedding.metadata()
    assert columns == ("class", "predicted")
    assert len(rows) == len(points)
    assert embedding.sprite().startswith(b"\x89PNG")
