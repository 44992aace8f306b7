"""Glassboard: a debugger for deep-learning pipelines."""
