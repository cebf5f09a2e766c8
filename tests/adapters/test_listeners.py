"""Listeners that are added, removed and called."""

from __future__ import annotations

import pytest

from custom_components.ev_charging_manager.adapters.listeners import Listeners


def test_listeners_are_called_in_the_order_in_which_they_were_added() -> None:
    listeners: Listeners[[str]] = Listeners()
    called: list[tuple[int, str]] = []
    listeners.add(lambda text: called.append((1, text)))
    listeners.add(lambda text: called.append((2, text)))
    listeners.call("a")
    assert called == [(1, "a"), (2, "a")]


def test_a_listener_that_was_added_twice_is_removed_once_by_each_removal() -> None:
    listeners: Listeners[[int]] = Listeners()
    called: list[int] = []
    first = listeners.add(called.append)
    second = listeners.add(called.append)
    first()
    first()
    listeners.call(1)
    assert called == [1]
    second()
    assert not listeners


def test_listeners_that_are_added_or_removed_during_a_call_do_not_change_it() -> None:
    listeners: Listeners[[]] = Listeners()
    called: list[str] = []

    def first() -> None:
        called.append("first")
        remove_second()
        listeners.add(lambda: called.append("third"))

    listeners.add(first)
    remove_second = listeners.add(lambda: called.append("second"))
    listeners.call()
    assert called == ["first", "second"]


def test_an_exception_of_a_listener_reaches_the_caller() -> None:
    listeners: Listeners[[str]] = Listeners()
    numbers: list[float] = []
    listeners.add(lambda text: numbers.append(float(text)))
    with pytest.raises(ValueError, match="could not convert"):
        listeners.call("no number")
