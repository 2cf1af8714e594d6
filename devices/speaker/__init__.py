"""The loudspeaker: a bell that calls the person on duty."""
