"""The tests: unit mirrors the rooms, the other folders say by name what they are for."""
