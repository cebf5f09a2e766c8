"""What the demo's Home Assistant gets beside the integration itself: a charger's own integration."""
