"""`python -m glassboard` is the `glassboard` command."""

import sys

from glassboard.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
