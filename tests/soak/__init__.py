"""Minutes of random use of one repository by our program and restic, with kills and losses, held
against copies of what was backed up. `make soak` runs the full form and writes RESULTS.md."""
