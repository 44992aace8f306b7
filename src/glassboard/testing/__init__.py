"""Builders and scripted files for tests, ours and other people's."""
