"""The K-MNIST walkthrough, on public names only, written to be read and copied."""
