"""The house as it is drawn is the house as it stands."""
