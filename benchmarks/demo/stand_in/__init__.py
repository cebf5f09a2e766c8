"""Integrations for the demo's Home Assistant that replace real ones."""
