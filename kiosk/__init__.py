"""The ground floor: the rules of a visit and the records it leaves.

Everything rests on this room and it rests on nobody: no Qt, no device library, no HTTP client is
imported here.
"""
