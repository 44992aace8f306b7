"""Pure functions on arrays: what is computed from points."""
