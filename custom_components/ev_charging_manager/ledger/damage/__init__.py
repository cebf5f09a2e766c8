"""Recovery of a damaged ledger: reading the remaining rows and replacing the file."""
