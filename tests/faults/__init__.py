"""Faults in large doses: programs killed at any moment, and planted bugs that the harness must find.

`python -m tests.faults` lists what there is.
"""
