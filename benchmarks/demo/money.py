"""Money as people read it. Millionths of a euro inside."""

# Half a cent: amounts that are nearer than that are the same to the cent, wherever rounding falls.
CENT_MICRO = 5_000


def euro(micro: float | None) -> str:
    """To the cent."""
    return "nothing" if micro is None else f"{micro / 1e6:.2f} €"
