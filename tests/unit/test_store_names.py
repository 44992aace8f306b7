"""Natural order and what is said about names that are not there."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from glassboard.store.names import goes_on_from, name_not_found, natural_key


@pytest.mark.parametrize(
    "ordered",
    [
        ["run1", "run2", "run10"],
        [".", "a", "a/b", "a/b/c", "a b", "ab"],
        ["v1.9", "v1.10", "v2"],
        ["01", "1", "1a", "a1"],
        ["lr=0.001,bs=8", "lr=0.001,bs=16"],
    ],
)
def test_natural_order(ordered):
    assert sorted(sorted(ordered), key=natural_key) == ordered


@given(st.text(), st.text())
def test_it_is_a_total_order(first, second):
    assert (natural_key(first) == natural_key(second)) == (first == second)
    assert isinstance(natural_key(first) < natural_key(second), bool)


def test_a_number_of_any_length_is_survived():
    names = ["9" * 5000, "8" * 5000, "1"]
    assert len(sorted(names, key=natural_key)) == 3


def test_the_error_names_what_may_have_been_meant():
    assert (
        str(name_not_found("run", "bas", ["base", "x"], where="logs"))
        == "no run 'bas' (logs): did you mean 'base'"
    )
    assert str(name_not_found("run", "q", [], where="logs")) == "no run 'q' (logs): there is none"
    error = name_not_found("tag", "qqq", ["a10", "a2", "b", "c"], where="run 'x'")
    assert str(error) == "no tag 'qqq' (run 'x'): 4 are there: 'a2', 'a10', 'b', …"


def test_a_file_goes_on_from_another_of_the_same_writer() -> None:
    first = "run/events.out.tfevents.1700000000.node-1.example.org.12.9.v2"
    second, third = (
        f"run/events.out.tfevents.170000{n}000.node-1.example.org.12.9_part{n}.v2" for n in (2, 3)
    )
    assert goes_on_from(second, first)
    assert goes_on_from(third, first)
    assert goes_on_from(third, second)
    assert not goes_on_from(first, second)
    assert not goes_on_from(second, second)
    for other in (
        second.replace(".12.9", ".12.8"),
        second.replace(".12.9", ".13.9"),
        second.replace("node-1", "node-2"),
        second.replace(".v2", ".v3"),
        first.replace(".9.", ".10."),
        "run/tfevents",
        "run/x_part2",
        f"run/tfevents.1._part{'9' * 40}",
    ):
        assert not goes_on_from(other, first)
