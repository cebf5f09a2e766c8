"""Prepare a release: compare the versions, cut the notes from the changelog, pack the archive that HACS downloads.

Standard library only: the release workflow runs it without an environment.
"""
