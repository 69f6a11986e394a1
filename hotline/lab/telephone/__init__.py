"""A telephone company in one process: it answers like Twilio, because no test may ring a real telephone."""
