"""Test doubles: a backend and an embedder that need no model, found by their entry points."""
