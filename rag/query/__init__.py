"""What a question asks for: understood once, before anything is searched."""
