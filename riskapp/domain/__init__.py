"""The rules of the product, pure: no clock, no ids, no input or output."""
