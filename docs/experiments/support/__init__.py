"""What experiments share: the recorded results, child processes, grounds, and tables."""
