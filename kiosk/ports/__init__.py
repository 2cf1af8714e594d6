"""What the core asks of the world: one file per port, Protocols and the answers they give.

The adapters in `devices/`, `printing/` and `sync/` obey these; nothing here knows any of them.
"""
