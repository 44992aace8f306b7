"""One module per kind of value: bytes to types and back."""
