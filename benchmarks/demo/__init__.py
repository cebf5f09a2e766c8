"""The demo: a real Home Assistant records the sessions of simulated chargers, and is held against the truth.

`python -m benchmarks.demo` runs it. The building blocks (`SimulatorProcess`, `HomeAssistantProcess`, `Api`,
`set_up_household`, `compare`) serve the end-to-end tests as well.
"""
