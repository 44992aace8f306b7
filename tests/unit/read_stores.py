"""What a store says, as tests compare it."""

from __future__ import annotations

from glassboard.store.log import LogStore


def values_of(store, run, tag):
    return store.scalars(run, tag).values.tolist()


def codes(store):
    return [problem.code for problem in store.status().problems]


def refreshed(path):
    store = LogStore(path)
    store.refresh()
    store.close()
    return store
