"""Quarter-hours: no energy is lost at a boundary."""

from __future__ import annotations

from hypothesis import given, strategies as st

from custom_components.ev_charging_manager.domain.quarters import QUARTER_S, quarter_of, split

times = st.floats(min_value=0, max_value=4e9)
spans = st.floats(min_value=0, max_value=40 * 3600)
energies = st.integers(min_value=1, max_value=10**12)


@given(times, spans, energies)
def test_the_parts_add_up_to_the_energy_at_all_times(since: float, span: float, energy: int) -> None:
    shares = list(split(since, since + span, energy))
    assert sum(share for _, share in shares) == energy
    assert all(share > 0 for _, share in shares)
    quarters = [quarter for quarter, _ in shares]
    assert quarters == sorted(set(quarters))
    assert all(quarter % QUARTER_S == 0 for quarter in quarters)
    assert quarter_of(since) <= quarters[0]
    assert quarters[-1] <= since + span


def test_energy_is_shared_by_time() -> None:
    assert list(split(600, 1500, 900)) == [(0, 300), (900, 600)]


def test_energy_that_ends_at_a_boundary_belongs_before_it() -> None:
    assert list(split(800, 900, 100)) == [(0, 100)]


def test_energy_without_a_duration_belongs_to_the_quarter_of_its_moment() -> None:
    assert list(split(900, 900, 7)) == [(900, 7)]
    assert list(split(950, 900, 7)) == [(900, 7)]


def test_less_than_one_unit_a_quarter_is_not_lost() -> None:
    assert sum(share for _, share in split(0, 10 * 900, 3)) == 3
