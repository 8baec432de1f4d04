"""Retrieval alone, on BEIR sets: Yinju's, that of other projects beside it, and how time grows."""
