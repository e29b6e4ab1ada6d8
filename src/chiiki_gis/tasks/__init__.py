"""What the program can do from end to end, for the command line and the helper processes alike."""
