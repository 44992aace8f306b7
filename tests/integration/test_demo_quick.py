"""The whole walkthrough in its quick setting, read back with TensorBoard's own reader."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from google.protobuf import text_format
from PIL import Image
from tensorboard import context
from tensorboard.backend.event_processing.data_provider import MultiplexerDataProvider
from tensorboard.backend.event_processing.plugin_event_accumulator import EventAccumulator
from tensorboard.backend.event_processing.plugin_event_multiplexer import EventMultiplexer
from tensorboard.plugins.base_plugin import TBContext
from tensorboard.plugins.hparams import api_pb2, backend_context, list_session_groups
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig
from tensorboard.util.tensor_util import make_ndarray

import glassboard
from glassboard.demo.data import CLASS_NAMES, CharacterImages
from glassboard.demo.walkthrough import WalkthroughResult

if TYPE_CHECKING:
    from tests.conftest import QuickWalkthrough

pytestmark = pytest.mark.demo
KINDS = ("scalars", "images", "text", "histograms", "pr_curves", "graphs", "hparams")


@dataclass(frozen=True)
class Walked:
    """One quick walkthrough: what it returned and printed, and TensorBoard's view of its log directory."""

    result: WalkthroughResult
    printed: str
    images: CharacterImages
    """The data set, of which the quick setting takes the first images."""
    multiplexer: EventMultiplexer

    @property
    def baseline(self) -> EventAccumulator:
        return self.multiplexer.GetAccumulator(f"{self.result.folder.name}/baseline")

    def arrays(self, tag: str) -> list[np.ndarray]:
        """The values of a tag, in the order of their steps, which begin at 0 and leave none out."""
        events = self.baseline.Tensors(tag)
        assert [event.step for event in events] == [*range(len(events))]
        return [make_ndarray(event.tensor_proto) for event in events]


@pytest.fixture(scope="module")
def walked(quick_walkthrough: QuickWalkthrough) -> Walked:
    multiplexer = EventMultiplexer(tensor_size_guidance=dict.fromkeys(KINDS, 0))
    multiplexer.AddRunsFromDirectory(str(quick_walkthrough.result.logdir))
    multiplexer.Reload()
    walkthrough = quick_walkthrough
    return Walked(walkthrough.result, walkthrough.printed, walkthrough.images, multiplexer)


def picture(encoded: bytes) -> np.ndarray:
    return np.asarray(Image.open(BytesIO(encoded)))


def test_every_kind_is_there(walked: Walked) -> None:
    provider = MultiplexerDataProvider(walked.multiplexer, str(walked.result.logdir))
    assert set(KINDS) <= set(provider.list_plugins(context.RequestContext(), experiment_id=""))


def test_twenty_five_images_at_twenty_five_steps(walked: Walked) -> None:
    samples = walked.arrays("data/characters")
    assert len(samples) == 25
    # Width, height, then the encoded image: the very bytes of the data set.
    shown = np.stack([picture(sample[2]) for sample in samples])
    np.testing.assert_array_equal(shown, walked.images.train_images[:25])
    assert len(walked.arrays("data/character names/text_summary")) == 25


def test_figures(walked: Walked) -> None:
    for tag in ("data/first 25", "mistakes/first 25"):
        (event,) = walked.baseline.Tensors(tag)
        shape = picture(make_ndarray(event.tensor_proto)[2]).shape
        assert shape[0] >= 500
        assert shape[1] >= 500


def test_scalars_of_every_epoch_and_batch(walked: Walked) -> None:
    for tag in ("loss/train", "loss/validation", "accuracy/train", "accuracy/validation"):
        assert [event.step for event in walked.baseline.Tensors(tag)] == [1, 2, 3, 4]
    last = walked.baseline.Tensors("accuracy/validation")[-1].tensor_proto
    assert make_ndarray(last).item() == pytest.approx(walked.result.validation_accuracy)
    assert len(walked.arrays("batch/loss")) == 4 * 94
    assert walked.result.validation_accuracy > 0.75


def test_the_answers_of_the_first_the_fourth_and_the_last_epoch(walked: Walked) -> None:
    labels = walked.images.validation_labels[: walked.result.validation_image_count]
    found = glassboard.open(walked.result.folder).runs["baseline"].predictions("validation")
    assert found.steps.tolist() == [1, 4]
    last = found[-1]
    np.testing.assert_array_equal(last.targets, labels)
    assert (last.predicted == labels).mean() == pytest.approx(walked.result.validation_accuracy)
    np.testing.assert_array_equal(last.image(3), walked.images.validation_images[3])


def test_ten_precision_recall_curves(walked: Walked) -> None:
    tags = [tag for tag in walked.baseline.Tags()["tensors"] if tag.startswith("precision-recall/")]
    assert sorted(tags) == [f"precision-recall/{label} {name}" for label, name in enumerate(CLASS_NAMES)]
    labels = walked.images.validation_labels[: walked.result.validation_image_count]
    for label, tag in enumerate(sorted(tags)):
        (event,) = walked.baseline.Tensors(tag)
        true_positives, false_positives, true_negatives, false_negatives, *_ = make_ndarray(
            event.tensor_proto
        )
        total = true_positives + false_positives + true_negatives + false_negatives
        assert (total == len(labels)).all()
        assert (true_positives + false_negatives == (labels == label).sum()).all()


def test_every_mistake_has_an_image_and_a_note_at_its_step(walked: Walked) -> None:
    images, notes = walked.arrays("mistakes/characters"), walked.arrays("mistakes/notes/text_summary")
    assert len(images) == len(notes) == walked.result.mistake_count
    wrong_share = walked.result.mistake_count / walked.result.validation_image_count
    assert walked.result.validation_accuracy == pytest.approx(1 - wrong_share)
    for part in ("Validation image", "predicted", "actual"):
        assert all(part in note[0].decode() for note in notes)


def test_graph(walked: Walked) -> None:
    nodes = walked.baseline.Graph()
    assert nodes, "no graph"
    names = {node.name for node in walked.multiplexer.Graph(f"{walked.result.folder.name}/baseline").node}
    for module in ("block1", "block2", "logits"):
        assert any(module in name for name in names)


def test_twenty_seven_groups_of_hyperparameters(walked: Walked) -> None:
    """By TensorBoard's own hparams backend, the one that fills its table."""
    request_context = context.RequestContext()
    provider = MultiplexerDataProvider(walked.multiplexer, str(walked.result.logdir))
    backend = backend_context.Context(TBContext(data_provider=provider, logdir=str(walked.result.logdir)))
    request = api_pb2.ListSessionGroupsRequest(
        start_index=0, slice_size=100, allowed_statuses=[api_pb2.STATUS_SUCCESS]
    )
    groups = list_session_groups.Handler(request_context, backend, "", request).run().session_groups
    assert len(groups) == 27
    names = ("learning rate", "batch size", "optimizer")
    values = {tuple(str(group.hparams[name]) for name in names) for group in groups}
    assert len(values) == 27
    accuracies = []
    for group in groups:
        metrics = {metric.name.tag: metric.value for metric in group.metric_values}
        assert set(metrics) == {"final/validation accuracy", "final/validation loss"}
        accuracies.append(metrics["final/validation accuracy"])
    assert max(accuracies) == pytest.approx(walked.result.best_combination_accuracy)
    # Combinations that cannot learn are part of the picture.
    assert min(accuracies) < 0.2 < max(accuracies)


def test_each_combination_is_one_run(walked: Walked) -> None:
    runs = set(walked.multiplexer.Runs())
    folder = walked.result.folder.name
    assert f"{folder}/search/lr=0.001 batch=32 adam" in runs
    assert len(runs) == 1 + 27


def test_embedding_with_sprite_and_classes(walked: Walked) -> None:
    folder = walked.result.folder / "baseline"
    config = text_format.Parse((folder / "projector_config.pbtxt").read_text(), ProjectorConfig())
    (embedding,) = config.embeddings
    count, dimensions = embedding.tensor_shape
    # 1,000 images in 31 batches of 32 and one of 8: 16 of each, and the whole of the last.
    assert (count, dimensions) == (31 * 16 + 8, 784)
    points = np.fromfile(folder / embedding.tensor_path, "<f4").reshape(count, dimensions)
    assert points.min() >= 0
    assert points.max() <= 1
    header, *rows = (folder / embedding.metadata_path).read_text(encoding="utf-8").splitlines()
    assert header.split("\t")[0] == "class"
    assert len(rows) == count
    assert {row.split("\t")[0] for row in rows} == set(CLASS_NAMES)
    assert list(embedding.sprite.single_image_dim) == [28, 28]
    sprite = np.asarray(Image.open(folder / embedding.sprite.image_path).convert("L"))
    np.testing.assert_allclose(sprite[:28, :28], points[0].reshape(28, 28) * 255, atol=1)


def test_checkpoint_is_kept(walked: Walked) -> None:
    assert (walked.result.folder / "baseline" / "checkpoint.pt").is_file()


def test_says_which_data_what_was_reached_and_where_to_look(walked: Walked) -> None:
    printed = walked.printed
    titles = ("Data", "Look at the data", "The model", "Training", "Precision and recall", "Mistakes")
    for number, title in enumerate((*titles, "Hyperparameters", "Embedding projector"), start=1):
        assert f"\n{number}  {title}\n" in printed
    assert "stand-in for K-MNIST" in printed
    assert f"{walked.result.validation_accuracy:.1%}" in printed
    assert walked.result.best_combination in printed
    assert f"{walked.result.hardest_class}, {walked.result.hardest_class_recall:.1%}" in printed
    assert str(walked.result.folder) in printed
    assert f"glassboard --logdir {walked.result.logdir}" in printed
