"""Bytes of event files to values and back, over the kernel."""
