"""The model: layers, changes, document. No Qt, no files."""
