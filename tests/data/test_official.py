"""CIFAR-10 from the official server, whatever the server does."""

import errno
import io
import os
import pickle
import threading
from pathlib import Path

import pytest
from small_data import names

from cnncourse import __main__ as command
from cnncourse.data import CIFAR10_CLASSES, DataError, SyntheticImages, cifar10, official


def test_the_download_gives_the_archives_images_and_leaves_nothing_else(server, tmp_path):
    server()
    train, test = cifar10(tmp_path)
    assert names(tmp_path) == [official.FOLDER]
    first = pickle.loads((tmp_path / official.FOLDER / "data_batch_1").read_bytes())
    assert train.images.shape == (50, 3, 32, 32) and test.images.shape == (10, 3, 32, 32)
    assert (train.images[:10].numpy() == first["data"].reshape(-1, 3, 32, 32)).all()
    assert train.labels.tolist() == [*range(10)] * 5 and train.classes == CIFAR10_CLASSES
    assert train.name == "CIFAR-10" and not isinstance(train, SyntheticImages)


def test_what_was_downloaded_is_what_torchvision_reads(server, tmp_path):
    from torchvision.datasets import CIFAR10

    server()
    train, _ = cifar10(tmp_path)
    theirs = CIFAR10(tmp_path, train=True)
    assert (theirs.data.transpose(0, 3, 1, 2) == train.images.numpy()).all()
    assert theirs.targets == train.labels.tolist()


def test_an_official_copy_is_read_without_a_server(server, tmp_path, archive, monkeypatch):
    server()
    official.fetch_official(tmp_path)
    monkeypatch.setattr(official, "download", None)
    assert len(cifar10(tmp_path)[0]) == len(cifar10(tmp_path, download=False)[0]) == 50


def test_an_archive_brought_by_hand_is_used_without_a_server(archive, tmp_path):
    (tmp_path / "cifar-10-python.tar.gz").write_bytes(archive)
    assert len(cifar10(tmp_path)[0]) == 50


@pytest.mark.parametrize(
    "behavior, message",
    [(500, "HTTP status 500"), (404, "HTTP status 404"), ("cut", "ended after .* of .* bytes")],
)
def test_a_server_that_fails_is_an_error_and_no_reason_for_the_stand_in(
    server, tmp_path, behavior, message
):
    server(behavior)
    with pytest.raises(DataError, match=message):
        cifar10(tmp_path, allow_synthetic=True)
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-20],
        lambda content: b"<html>",
        lambda content: content[:99] + b"?" + content[100:],
    ],
)
@pytest.mark.parametrize("by_hand", [True, False])
def test_a_wrong_checksum_is_an_error_and_no_reason_for_the_stand_in(
    server, archive, tmp_path, damage, by_hand
):
    path = tmp_path / "cifar-10-python.tar.gz"
    server(content=damage(archive))
    if by_hand:
        path.write_bytes(damage(archive))
    with pytest.raises(DataError, match=r"cifar-10-python\.tar\.gz .*checksum") as error:
        cifar10(tmp_path, allow_synthetic=True)
    assert str(tmp_path) in str(error.value)
    assert names(tmp_path) == ([path.name] if by_hand else [])


@pytest.mark.parametrize("behavior", ["silent", "stall"])
def test_a_server_that_falls_silent_is_given_up(server, tmp_path, monkeypatch, behavior):
    assert official.TIMEOUT <= 10
    monkeypatch.setattr(official, "TIMEOUT", 0.3)
    server(behavior)
    with pytest.raises(official.OfflineError, match=r"no answer|timed out|silent"):
        cifar10(tmp_path)
    assert names(tmp_path) == []


def test_a_name_look_up_that_hangs_is_given_up_too(archive, tmp_path, monkeypatch):
    over = threading.Event()
    monkeypatch.setattr(official, "TIMEOUT", 0.1)
    monkeypatch.setattr(official.urllib.request, "urlopen", lambda *a, **k: over.wait())
    try:
        with pytest.raises(official.OfflineError, match=r"no answer within"):
            cifar10(tmp_path)
    finally:
        over.set()


def test_offline_is_an_error_that_says_what_to_do(archive, tmp_path):
    with pytest.raises(DataError, match=r"cannot be reached.*cnncourse data") as error:
        cifar10(tmp_path)
    assert str(tmp_path) in str(error.value)


def test_offline_and_allowed_gives_the_stand_in_with_a_warning(archive, tmp_path):
    with pytest.warns(UserWarning, match="not CIFAR-10.*cannot be reached"):
        train, test = cifar10(tmp_path, allow_synthetic=True)
    assert isinstance(train, SyntheticImages) and isinstance(test, SyntheticImages)
    assert "not CIFAR-10" in train.name
    with pytest.warns(UserWarning, match="not to be downloaded"):
        cifar10(tmp_path, download=False, allow_synthetic=True)
    with pytest.raises(DataError):
        cifar10(tmp_path, source="official", allow_synthetic=True)


def test_an_interrupted_download_or_unpacking_leaves_nothing(server, tmp_path, monkeypatch):
    server()
    written = []

    def write_some(path, content, write=Path.write_bytes):
        written.append(path)
        if len(written) == 3:
            raise KeyboardInterrupt
        return write(path, content)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "write_bytes", write_some)
        with pytest.raises(KeyboardInterrupt):
            official.fetch_official(tmp_path)
    assert names(tmp_path) == []
    assert len(cifar10(tmp_path)[0]) == 50


def test_what_a_killed_run_left_is_not_taken_for_data(server, tmp_path, capsys):
    server()
    half = tmp_path / (official.UNFINISHED + "x") / official.FOLDER
    half.mkdir(parents=True)
    (half / "data_batch_1").write_bytes(b"half")
    assert command.main(["data", "--root", str(tmp_path)]) == 0
    out = capsys.readouterr().out
    assert "left from an interrupted" in out and "50 training and 10 test" in out


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_bytes(b"half")])
def test_a_half_unpacked_official_copy_is_an_error(server, tmp_path, damage):
    server()
    damage(official.fetch_official(tmp_path) / "data_batch_3")
    with pytest.raises(DataError, match=r"data_batch_3 .*Delete the folder"):
        cifar10(tmp_path, allow_synthetic=True)


@pytest.mark.parametrize("where", ["download", "unpack"])
def test_no_space_left_names_the_folder_and_leaves_nothing(server, tmp_path, monkeypatch, where):
    def full(*arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    class FullFile(io.BytesIO):
        write = full

    server()
    if where == "download":
        monkeypatch.setattr(official, "open", lambda *a: FullFile(), raising=False)
    else:
        monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(DataError, match="No space left") as error:
        cifar10(tmp_path, allow_synthetic=True)
    assert str(tmp_path) in str(error.value) and names(tmp_path) == []


def test_a_root_that_is_a_file_is_an_error(archive, tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match="cannot be written"):
        cifar10(tmp_path / "file")


def test_a_copy_that_appears_meanwhile_is_kept(server, tmp_path, monkeypatch):
    server()
    unpack = official.unpack

    def unpack_twice(archive, folder, wanted):
        unpack(archive, folder, wanted)
        unpack(archive, tmp_path / official.FOLDER, wanted)  # another process is faster

    monkeypatch.setattr(official, "unpack", unpack_twice)
    assert len(cifar10(tmp_path)[0]) == 50
    assert names(tmp_path) == [official.FOLDER]


def test_the_command_says_where_the_data_is_or_one_sentence(archive, server, tmp_path, capsys):
    assert command.main(["data", "--root", str(tmp_path)]) == 2
    captured = capsys.readouterr()
    assert "cannot be reached" in captured.err and "Traceback" not in captured.err
    server()
    assert command.main(["data", "--root", str(tmp_path)]) == 0
    assert str(tmp_path / official.FOLDER) in capsys.readouterr().out
