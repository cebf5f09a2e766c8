"""A charging session: its start, its contents, its end, and its recovery after an absence."""
