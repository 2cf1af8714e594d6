"""Screens alone: given a view they show, given a touch they tell. No conductor, no device."""
