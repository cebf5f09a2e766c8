"""Amounts of money as text. They are stored in millionths of a euro."""

# Half a cent: amounts that differ by less are equal to the cent, regardless of rounding.
CENT_MICRO = 5_000


def euro(micro: float | None) -> str:
    """Return an amount rounded to the cent."""
    if micro is None:
        return "nothing"
    return f"{micro / 1e6:.2f} €"
