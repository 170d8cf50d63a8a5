"""Random draws and what they say about an order: the one place in the domain that uses numpy.

Nothing outside imports it but `ranking.py`, inside a function, so that a server starts without numpy.
"""
