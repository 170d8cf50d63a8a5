"""Reads rubric releases from YAML into the domain's rubric, with errors that name file, line and field."""
