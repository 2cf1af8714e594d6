"""The central platform as the kiosk sees it: wire types, the courier, and the HTTP client.

Knows the store and the network. Knows no screen, no device and no paper.
"""
