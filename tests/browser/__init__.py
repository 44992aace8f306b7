"""A package, so that its browser is closed when its last test is done: while one is open, no other event loop can run."""
