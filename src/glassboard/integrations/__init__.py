"""Other libraries: how they come to use Glassboard."""
