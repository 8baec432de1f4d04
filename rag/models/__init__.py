"""The learnt parts: each one's code, and its weights beside it."""
