"""Check the files of the repository by the rules of Home Assistant and HACS, without either being installed."""
