"""Whole visits without Qt, from the card to the platform, told in sentences."""
