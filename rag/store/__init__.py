"""The library and its indexes: what both wings share."""
