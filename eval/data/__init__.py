"""What is asked: question files with what an answer must hold, and sets in BEIR's format."""
