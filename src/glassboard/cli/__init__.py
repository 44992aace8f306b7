"""The command line: prints, progress, exit codes."""
