"""Any charger, with the status words that most families use. No entity is found automatically or required.

Words are compared without case, spaces, underscores and hyphens, so one spelling of a word stands for all.

Some words mean "no car" in one family and "car plugged in" in another, or the family's documentation does not define
them. They are left out, because a wrong "car plugged in" is a session that never ends:

- "Waiting for EV": plugged in at a zappi, no car at an ABL. "waiting_for_vehicle" (Ratio).
- "lb_waiting", "delay_waiting", "ev_waiting" (NexBlue), "need_auth" (Lektrico), "low_soc" (Victron): not defined.
- "ready": plugged in at a Tesla Wall Connector, undefined at a Wallbox. "ready for charging" (KEBA) is no evidence.
- "standby": no car at an NRGkick, no session at a GoodWe.
- "Cable connected", "Authorizing", "Authorized", "Suspended EV Disconnected" (Alfen): also shown without a car.
- "Not Charging", "sleeping", "sleep_mode", "waiting-for-schedule", "pending", "busy-…" other than charging.

Exceptions, which were understood before: "idle" is no car (an Exicom means plugged in), "disconnected" is no car (a
Monta means offline), "starting" is plugged in (a KEBA means that it boots).
"""

from __future__ import annotations

from ..domain.profile import CarStatus, Profile

IDLE_WORDS = (
    *("a", "available", "disconnected", "not_plugged", "idle", "unplugged", "not_connected", "no_ev_connected"),
    *("ev_disconnected", "no_car", "not_plugged_in"),
    # A Wallbox with auto-lock shows this without a car, and "Locked, car connected" with one. A Lektrico cannot charge
    # while it is locked, so ending its session loses no energy.
    "locked",
)
CONNECTED_WORDS = (
    *("b", "connected", "plugged", "plugged_in", "starting", "stopped", "paused", "suspended", "preparing"),
    # IEC 61851: with a car, and without power from the charger.
    *("b1", "b2", "c1"),
    # OCPP, and the integrations that use its words.
    *("suspended_ev", "suspended_evse", "ev_suspended", "evse_suspended", "finishing", "occupied"),
    # Easee.
    *("awaiting_start", "ready_to_charge", "awaiting_authorization", "de_authorizing", "awaiting_load_balancing"),
    *("awaiting_smart_start", "awaiting_scheduled_start", "authenticating", "paused_due_to_equalizer", "erratic_ev"),
    *("start_charging", "stop_charging"),
    # Zaptec. The second word is also shown while charging is paused.
    *("connected_requesting", "connected_finished"),
    # Wallbox.
    *("locked,_car_connected", "scheduled", "waiting", "waiting_for_car_demand", "waiting_mid_failed"),
    *("waiting_in_queue_by_power_sharing", "waiting_in_queue_by_power_boost", "waiting_in_queue_by_eco_smart"),
    "waiting_mid_safety_margin_exceeded",
    # go-e by MQTT, Wattpilot, Greencell and Tesla.
    *("wait_car", "wait_for_car", "waiting_for_car", "waiting_car", "negotiating"),
    # zappi and Alfen.
    *("ev_connected", "ev_ready_to_charge", "preparing_charging", "wait_vehicle_charging", "suspended_over_current"),
    *("suspended_hf_switching", "finish_wait_vehicle", "finish_wait_disconnect", "charging_non_charging"),
    "solar_charging_wait",
    # Ohme, BESEN, Lektrico, TechnoVE, Blue Current, Garo, SolaX, Pod Point and Grizzl-E.
    *("pending_approval", "connected_unlocked", "connected_locked", "paused_by_scheduler", "plugged_waiting"),
    *("vehicle_detected", "charging_paused", "charge_paused", "connected_waiting_for_schedule", "vehicle_connected"),
    # Victron.
    *("waiting_for_sun", "waiting_for_rfid", "waiting_for_start"),
    # ABL.
    *("ev_is_asking_for_charging", "ev_has_the_permission_to_charge"),
)
COMPLETE_WORDS = (
    *("complete", "completed", "finished"),
    # Tesla, Garo, GoodWe, Victron and Grizzl-E, which misspells the last one.
    *("charging_finished", "finished_charging", "charged", "charging_complete", "charing_complete"),
)
CHARGING_WORDS = (
    *("c", "charging", "c2"),
    # Zaptec, Wallbox, Tesla, TechnoVE, Monta, SMA and zappi.
    *("connected_charging", "discharging", "charging_reduced", "plugged_charging", "busy_charging", "active_mode"),
    "boosting",
    # Alfen.
    *("charging_normal", "charging_simplified", "solar_charging", "partial_solar_charging"),
    # ABL, and Grizzl-E, which misspells it.
    *("ev_is_charged", "vehicle_charging", "vehile_charging"),
)

GENERIC = Profile(
    key="generic",
    name="Generic",
    status_words=dict.fromkeys(IDLE_WORDS, CarStatus.IDLE)
    | dict.fromkeys(CONNECTED_WORDS, CarStatus.CONNECTED)
    | dict.fromkeys(COMPLETE_WORDS, CarStatus.COMPLETE)
    | dict.fromkeys(CHARGING_WORDS, CarStatus.CHARGING),
    no_card_words=frozenset({"", "null", "none", "no tag", "no card", "no transaction"}),
    # A Wattpilot that charges without a card.
    open_words=frozenset({"no chip"}),
)
