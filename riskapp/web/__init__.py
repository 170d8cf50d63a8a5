"""Pages: a view parses the request, calls one use case, answers."""
