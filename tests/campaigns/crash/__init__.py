"""Parts of the crash and shutdown campaigns: a real Home Assistant that is ended at chosen moments, and the judge."""
