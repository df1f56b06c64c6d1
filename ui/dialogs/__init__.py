"""What is asked before something happens, and only if the user began it."""
