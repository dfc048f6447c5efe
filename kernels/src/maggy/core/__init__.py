"""What programs import from here: its exceptions."""
