"""Card readers behind `kiosk.ports.card_reader`: SAM module on a serial line, PC/SC, simulated.

Parsers of what a card says (`resident_card`, `social_security_card`) are pure; only `sam_serial`,
`pcsc_service` and `simulated` touch anything. `choice.open_card_reader` is the way in. Nothing here
logs what is on a card.
"""
