"""What screens are put together from: buttons, tiles, rows, pads, pages. They know no session and
no event.
"""
