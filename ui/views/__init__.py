"""What each screen shows, as frozen values in the resident's language. Pure: no Qt, no clock."""
