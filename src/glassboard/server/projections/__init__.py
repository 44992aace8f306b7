"""Embeddings and their projections on the server (docs/design/0011-projection-jobs.md)."""
