"""From evidence to an answer, and the exact words it rests on."""
