"""The runtime: a chain of actors with pure steps, supervised. It knows nothing of what flows through it.

- ``stage`` says what an actor is: a pure step, what it consumes and produces, what follows a fault.
- ``actor`` is the one loop around every step; ``channel`` joins two of them, ``link`` hands over.
- ``source`` is what feeds the head of the chain, and ``head`` decides what leaves it when: what the source
  gathered, snapshots, wakes and checkpoint markers, always in this order.
- ``generation`` is one life of the chain, from a checkpoint to its end; ``supervisor`` lives through several.
- ``faults`` puts aside what raised and says when it has been too often; ``health`` is what the diagnostics
  show.
- ``inline`` runs the same actors and the same head without an event loop, with a clock moved by hand.
Nothing outside the standard library and anyio is imported here, and no clock is read: time comes in.
"""
