"""The newest view of a restarted series against the sentence that defines it."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from glassboard.analysis.newest import newest_points
from glassboard.store.segments import split_segments


def newest_by_definition(steps, wall_times, segments):
    kept = []
    for position, segment in enumerate(segments):
        ended = wall_times[segment.stop - 1]
        for point in range(segment.start, segment.stop):
            step = steps[point]
            began = max(wall_times[: segment.start + 1].max(), -np.inf)
            rewritten = False
            for later in range(position + 1, len(segments)):
                other = segments[later]
                began = max(wall_times[each.start] for each in segments[: later + 1])
                if other.first_step <= step and (began >= ended or step <= other.last_step):
                    rewritten = True
            if not rewritten:
                kept.append(point)
    return sorted(kept, key=lambda point: steps[point])


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 5)), max_size=40))
def test_equals_the_definition(points):
    steps = np.array([step for step, _ in points], np.int64)
    wall_times = np.array([wall for _, wall in points], np.float64)
    segments = split_segments(steps)
    chosen = newest_points(steps, wall_times, segments)
    index = np.arange(len(steps))[chosen]
    assert index.tolist() == newest_by_definition(steps, wall_times, segments)
    assert np.all(np.diff(steps[index]) >= 0)


def newest_steps(*stretches):
    """Each stretch is (steps, wall time of the first, seconds between points)."""
    steps = np.concatenate([list(each) for each, _, _ in stretches]).astype(np.int64)
    walls = np.concatenate([first + every * np.arange(len(each)) for each, first, every in stretches])
    chosen = newest_points(steps, walls, split_segments(steps))
    return steps[chosen].tolist(), walls[chosen].tolist()


def test_a_resumed_run_voids_what_came_after_the_checkpoint():
    steps, walls = newest_steps((range(10), 0, 1), (range(5, 8), 100, 1))
    assert steps == [0, 1, 2, 3, 4, 5, 6, 7]
    assert walls[5:] == [100, 101, 102]


def test_a_run_started_anew_shows_only_itself():
    steps, walls = newest_steps((range(10), 0, 1), (range(2), 100, 1))
    assert (steps, walls) == ([0, 1], [100, 101])


def test_a_second_writer_hides_only_what_it_wrote_itself():
    steps, walls = newest_steps((range(10), 0, 1), (range(3), 0.5, 1))
    assert steps == list(range(10))
    assert walls[:4] == [0.5, 1.5, 2.5, 3]


def test_a_series_without_restarts_costs_nothing():
    steps = np.arange(5)
    assert newest_points(steps, steps.astype(float), split_segments(steps)) == slice(0, 5)


def test_wall_times_that_are_not_numbers_are_survived():
    steps = np.array([0, 1, 0, 1, 0])
    walls = np.array([np.nan, np.nan, 1.0, np.nan, np.nan])
    assert np.arange(5)[newest_points(steps, walls, split_segments(steps))].tolist() == [4]


def test_steps_at_the_ends_of_the_range():
    lowest, highest = np.iinfo(np.int64).min, np.iinfo(np.int64).max
    steps = np.array([lowest, highest, lowest, highest])
    walls = np.arange(4.0)
    assert np.arange(4)[newest_points(steps, walls, split_segments(steps))].tolist() == [2, 3]
