"""What must not be lost: the database, the envelopes, and the step that makes both durable."""
