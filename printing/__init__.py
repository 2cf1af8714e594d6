"""Paper: the layout of receipts as PDF, and the ways to a printer.

Prints what it is given. Knows neither Qt nor the store.
"""
