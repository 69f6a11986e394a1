"""The desks: what listeners, supervisors and administrators look at; they see, claim, write, override and close."""
