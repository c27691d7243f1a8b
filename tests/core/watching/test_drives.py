"""Which folders lie on the network, from what a system lists as mounted."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.watching.drives import Mount, is_network_mount, is_on_network

MOUNTS = [
    Mount("/", "ext4"),
    Mount("/mnt/office", "cifs"),
    Mount("/mnt/office/local", "ext4"),
    Mount("/home/a/server", "fuse.sshfs"),
    Mount("/home/a/vault", "fuse.gocryptfs"),
    Mount("/run/user/1000/gvfs", "fuse.gvfsd-fuse"),
    Mount("/media/stick", "fuseblk"),
    Mount("/auto", "autofs"),
    Mount("/auto", "nfs4"),
    Mount("/Volumes/share", "smbfs"),
]


@pytest.mark.parametrize(
    "folder",
    ["/mnt/office", "/mnt/office/x/y", "/home/a/server/x", "/run/user/1000/gvfs/smb", "/auto/x", "/Volumes/share"],
)
def test_on_the_network(folder: str) -> None:
    assert is_network_mount(folder, MOUNTS)


@pytest.mark.parametrize(
    "folder",
    ["/", "/home/a", "/mnt/office2", "/mnt/office/local/x", "/home/a/vault/x", "/media/stick/x", "/home/a/server2"],
)
def test_not_on_the_network(folder: str) -> None:
    assert not is_network_mount(folder, MOUNTS)


def test_nothing_is_known_of_a_system_that_lists_no_mounts() -> None:
    assert not is_network_mount("/x", [])


def test_this_machine_can_be_asked(tmp_path: Path) -> None:
    assert not is_on_network(tmp_path)
