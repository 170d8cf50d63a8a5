"""Spreadsheet files: written so that nothing in them is ever a formula, read without trust."""
