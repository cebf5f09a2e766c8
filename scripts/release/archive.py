"""The zip that HACS unpacks into `custom_components/ev_charging_manager`."""

from collections.abc import Iterator
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

# The earliest time a zip can hold. A fixed time makes two archives of one commit equal, byte for byte.
_TIME = (1980, 1, 1, 0, 0, 0)
_MODE = 0o644 << 16


def write_archive(component: Path, archive: Path) -> None:
    """Write the files of `component` to `archive`, without a folder around them, as HACS expects."""
    with ZipFile(archive, "w", compression=ZIP_DEFLATED) as packed:
        for path in _files(component):
            entry = ZipInfo(path.relative_to(component).as_posix(), _TIME)
            entry.external_attr = _MODE
            entry.compress_type = ZIP_DEFLATED
            packed.writestr(entry, path.read_bytes())


def _files(component: Path) -> Iterator[Path]:
    for path in sorted(component.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path
