"""The two programs of a comparison, as graphs in sessions."""
