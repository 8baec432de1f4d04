"""What was measured, to be read: tables for a terminal, a page, files."""
