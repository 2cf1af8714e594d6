"""The reference central platform: enrols kiosks, takes entries in, proves delivery, and shows them.

Shares the wire types and the envelope format with the kiosk and nothing else of it.
"""
