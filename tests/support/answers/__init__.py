"""Wrong changes to the solutions of the exercises, with the message for each."""
