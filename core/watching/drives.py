"""Whether a folder lies on a network drive, where the system tells nobody of changes that others make."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import psutil

_DRIVE_REMOTE = 4  # GetDriveTypeW: https://learn.microsoft.com/windows/win32/api/fileapi/nf-fileapi-getdrivetypew

# File systems whose files change on another machine, or outside of this system in the case of virtual machines.
_NETWORK_FILE_SYSTEMS = frozenset(
    {
        "9p", "afpfs", "afs", "beegfs", "ceph", "cifs", "davfs", "drvfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs",
        "nfs3", "nfs4", "prl_fs", "smb", "smb2", "smb3", "smbfs", "sshfs", "vboxsf", "virtiofs", "vmhgfs", "webdav",
    }
)  # fmt: skip
_NETWORK_FUSE = ("curlftpfs", "davfs", "gcsfuse", "glusterfs", "gvfsd", "portal", "rclone", "s3fs", "smbnetfs",
                 "sshfs", "vmhgfs")  # fmt: skip


class Mount(NamedTuple):
    """A place where a file system is mounted."""

    point: str
    file_system: str


def is_on_network(folder: Path) -> bool:
    """True where the folder lies on a network drive, so far as the system tells."""
    if sys.platform == "win32":
        import ctypes

        path = os.path.abspath(folder)
        if path.startswith(("\\\\", "//")):
            return True
        return int(ctypes.windll.kernel32.GetDriveTypeW(os.path.splitdrive(path)[0] + "\\")) == _DRIVE_REMOTE
    mounts = (Mount(part.mountpoint, part.fstype) for part in psutil.disk_partitions(all=True))
    return is_network_mount(os.path.realpath(folder), mounts)


def is_network_mount(folder: str, mounts: Iterable[Mount]) -> bool:
    """True where the mount that the folder belongs to, the one with the longest path, is of the network.

    Args:
        folder: an absolute path without symbolic links.
        mounts: in the order in which they were mounted; a later one hides an earlier one at the same place.
    """
    own = Mount("", "")
    for mount in mounts:
        root = mount.point.rstrip("/") + "/"
        if (folder + "/").startswith(root) and len(mount.point) >= len(own.point):
            own = mount
    kind = own.file_system.lower()
    if kind.startswith(("fuse.", "macfuse", "osxfuse")):
        return any(name in kind for name in _NETWORK_FUSE)
    return kind in _NETWORK_FILE_SYSTEMS
