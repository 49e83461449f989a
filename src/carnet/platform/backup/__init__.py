"""Backup of database and blobs while serving, and restoration (docs/reliability.md).

A backup is a folder, complete or absent:
    manifest.json    what it holds: versions, counts, sizes and SHA-256 of the other files
    database.dump    everything but the persons' wrapped keys (pg_dump, custom format)
    keys.dump        the persons' wrapped keys alone: keep it for a short time only. Whoever erased her
                     space is unreadable in older backups as soon as their keys.dump is gone
    blobs.sha256     one line per blob, as `sha256sum` writes it
    blobs/           the blobs, encrypted
"""

from carnet.platform.backup.making import backup
from carnet.platform.backup.manifest import BackupError, Manifest
from carnet.platform.backup.restoring import find_unfinished, restore, verify
from carnet.platform.backup.waiting import hold_back

__all__ = ["BackupError", "Manifest", "backup", "find_unfinished", "hold_back", "restore", "verify"]
