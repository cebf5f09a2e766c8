"""What Home Assistant and HACS want of the repository's files, held without either being there to ask."""
