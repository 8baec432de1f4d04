"""The doors: chat page, HTTP API and command line. Each calls the one pipeline."""
