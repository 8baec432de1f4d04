"""Text as it is searched: folded, cut, counted."""
