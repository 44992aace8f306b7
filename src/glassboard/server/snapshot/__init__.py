"""A log as one HTML file: the page and the answers of the API that it will ask for (docs/design/0007)."""
