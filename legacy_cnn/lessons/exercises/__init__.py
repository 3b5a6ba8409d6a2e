"""What is asked for in each lesson's exercise, and how an answer is checked."""
