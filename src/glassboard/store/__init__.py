"""Reads log directories: finds runs, follows files, keeps every point."""
