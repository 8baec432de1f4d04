"""yinju train."""

from ui.cli.train.commands import train

__all__ = ["train"]
