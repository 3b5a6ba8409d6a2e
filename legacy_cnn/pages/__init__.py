"""What all pages of HTML have in common."""
