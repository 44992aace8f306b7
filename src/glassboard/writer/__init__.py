"""Writes event files from a training process."""
