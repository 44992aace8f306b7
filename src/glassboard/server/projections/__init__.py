"""Embeddings and their projections on the server (docs/design/0009-projection-jobs.md)."""
