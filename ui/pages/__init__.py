"""One module per page. A page shows what `engine_link` brings and asks it for more."""
