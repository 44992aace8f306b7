"""The HTTP server: the API and the page."""
