"""Projections of vectors onto a few dimensions: pure functions on arrays, which report as they run."""
