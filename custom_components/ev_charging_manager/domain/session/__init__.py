"""A charging session: when it begins, what it contains, when it ends, and how it survives an absence."""
