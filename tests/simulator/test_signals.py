"""The order of a charger's signals, and the user of each session."""

from itertools import pairwise

from benchmarks.simulator import Lags, Visit, demo_garage

from .scenes import NOON, OTHER, SERIAL, one, play, two, values

ANNA = Visit(driver="Anna", after_s=60, stay_s=1800, card=1, card_s=-8)


def test_card_before_the_plug_shows_before_the_car() -> None:
    garage, told = play(one(ANNA))
    assert values(told, "trx")[0] == (52, 1)
    assert values(told, "car")[:2] == [(60, 3), (63, 2)]
    assert garage.book.finished[0].card_late_s is None


def test_late_card_comes_exactly_so_long_after_the_plug_and_no_power_before_it() -> None:
    garage, told = play(one(Visit(driver="Anna", after_s=60, stay_s=1800, card=1, card_s=7)))
    assert values(told, "trx")[0] == (67, 1)
    assert min(at for at, nrg in values(told, "nrg") if nrg[11]) == 72
    assert garage.book.finished[0].card_late_s == 7
    assert "late_card" in garage.book.finished[0].tags


def test_card_that_is_only_reported_late_does_not_hold_up_the_power() -> None:
    late = Visit(driver="Anna", after_s=60, stay_s=1800, card=1, card_s=30, waits_for_card=False)
    _, told = play(one(late))
    assert values(told, "trx")[0] == (90, 1)
    assert min(at for at, nrg in values(told, "nrg") if nrg[11]) == 65


def test_lock_opens_after_the_unplug_and_the_card_falls_back_after_it() -> None:
    for seed in range(5):
        _, told = play(one(ANNA), seed=seed)
        assert [cus for _, cus in values(told, "cus")] == [3, 1]
        assert values(told, "car")[-1] == (1860, 1)
        assert 1860 <= values(told, "cus")[-1][0] <= 1863
        assert values(told, "trx")[-1] == (1864, None)


def test_card_that_stays_set_is_still_there_when_the_next_car_comes_without_one() -> None:
    stale = Visit(driver="Anna", stay_s=1800, card=1, lags=Lags(trx_clear_s=None))
    garage, told = play(one(stale, Visit(driver="Ben", stay_s=1800, cardless_trx=None)))
    assert [trx for _, trx in values(told, "trx")] == [1, None]
    assert values(told, "trx")[-1][0] > garage.book.finished[1].plugged_at - NOON
    assert (garage.book.finished[1].who, garage.book.finished[1].unknown_reason) == ("Unknown", "stale_card")


def test_drivers_who_swap_within_a_second_do_not_lose_a_signal() -> None:
    slow = Lags(unlock_s=3, trx_clear_s=4)
    garage, told = play(
        one(
            Visit(driver="Anna", after_s=60, stay_s=1800, card=1, lags=slow),
            Visit(driver="Ben", after_s=1, stay_s=1800, card=2, card_s=0, lags=slow),
        )
    )
    first, second = garage.book.finished
    assert second.plugged_at - (first.unplugged_at or 0) == 1
    assert [cus for _, cus in values(told, "cus")] == [3, 1, 3, 1]
    assert [trx for _, trx in values(told, "trx")] == [1, None, 2, None]
    assert "swap" in second.tags
    assert "swap" not in first.tags


def test_unmapped_card_makes_an_unknown_session() -> None:
    garage, _ = play(one(Visit(driver="Stranger", card=4)))
    (session,) = garage.book.finished
    assert (session.who, session.kind, session.unknown_reason) == ("Unknown", "unknown", "card_unmapped")


def test_visit_without_a_card_is_open_access() -> None:
    garage, told = play(one(Visit(driver="Anna", after_s=60, card=None)))
    assert values(told, "trx")[0] == (60, 0)
    assert (garage.book.finished[0].who, garage.book.finished[0].unknown_reason) == ("Unknown", "open_access")


def test_short_or_tiny_session_is_tagged_micro_and_others_are_not() -> None:
    garage, _ = play(
        one(
            Visit(driver="Anna", stay_s=45, card=1),
            Visit(driver="Anna", stay_s=1800, card=1, soc=1.0),
            Visit(driver="Anna", stay_s=600, card=1),
        )
    )
    assert [each.micro for each in garage.book.finished] == [True, True, False]


def test_cars_at_two_chargers_at_once_are_tagged_overlap_and_a_lone_one_is_not() -> None:
    garage, _ = play(
        two(
            (Visit(driver="Anna", after_s=60, stay_s=1000, card=1),),
            (Visit(driver="Ben", after_s=500, stay_s=3000, card=2), Visit(driver="Ben", after_s=500, card=2)),
        )
    )
    tags = {(each.charger, each.index): "overlap" in each.tags for each in garage.book.finished}
    assert tags == {(SERIAL, 0): True, (OTHER, 0): True, (OTHER, 1): False}


def test_demo_begins_with_the_sessions_it_promises() -> None:
    for seed in range(1, 6):
        garage, _ = play(demo_garage(seed), 4 * 3600, seed=seed)
        left = [each for each in garage.book.finished if each.charger == SERIAL]
        right = [each for each in garage.book.finished if each.charger == OTHER]
        assert [each.who for each in left[:2]] == ["Anna", "Gustav"]
        assert [each.who for each in right[:2]] == ["Ben", "Unknown"]
        assert "swap" in left[1].tags
        assert right[0].card_late_s == 7
        assert "overlap" in left[0].tags
        assert left[0].plugged_at < right[0].plugged_at < (left[0].unplugged_at or 0)
        assert (left[0].unplugged_at or 0) - NOON < 50 * 60
        assert right[1].unknown_reason == "card_unmapped"


def test_endless_mix_never_has_a_driver_at_two_chargers_and_goes_on() -> None:
    garage, _ = play(demo_garage(3), 3 * 86_400, seed=3)
    assert len(garage.book.finished) > 100
    by_driver = sorted(garage.book.finished, key=lambda each: (each.driver, each.plugged_at))
    for one_stay, next_stay in pairwise(by_driver):
        if one_stay.driver == next_stay.driver:
            assert (one_stay.unplugged_at or 0) < next_stay.plugged_at
    tags = {tag for each in garage.book.finished for tag in each.tags}
    assert {"pause", "balance", "swap", "late_card"} <= tags
    assert all(not each.micro for each in garage.book.finished)


def test_balancing_of_the_mix_really_happens() -> None:
    garage = play(demo_garage(3), 86_400, seed=3)[0]
    balanced = [each for each in garage.book.finished if "balance" in each.tags]
    assert balanced
    assert all(each.charging_seconds < (each.unplugged_at or 0) - each.plugged_at - 60 for each in balanced)
