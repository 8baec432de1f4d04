"""The HTTP API."""

from ui.api.app import create_app

__all__ = ["create_app"]
