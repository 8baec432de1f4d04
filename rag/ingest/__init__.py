"""What happens to a document: read, outlined, cut, embedded, stored."""
