"""Whether a question is answered at all."""
