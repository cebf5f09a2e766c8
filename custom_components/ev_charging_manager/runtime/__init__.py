"""The runtime: a supervised chain of actors with pure steps. It knows nothing about charging.

- ``stage`` describes an actor as data: its pure step, the messages it consumes and produces, the reaction to a fault.
- ``actor`` is the loop around every step; ``channel`` joins two actors, ``link`` hands a message from one to the next.
- ``source`` is the port of the data source before the first actor. ``schedule`` decides when gathered messages,
  snapshots, wakes and checkpoint markers enter the chain, always in this order.
- ``generation`` runs the chain once, from a checkpoint to its end; ``supervisor`` starts the next generation.
- ``faults`` keeps messages that a step could not handle and detects too many faults; ``health`` holds the
  counters for the diagnostics.
- ``context`` is the data that all actors of a chain share; ``wakeup`` lets one task wake another.

The runtime imports only the standard library and anyio, and reads no clock: time arrives with the messages.
"""
