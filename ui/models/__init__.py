"""What lists and trees show, fetched in pages from the engine: never all of it at once."""
