"""CIFAR-10 from the official server, whatever the server does."""

import datetime
import errno
import gzip
import io
import os
import pickle
import ssl
import tarfile
import threading
from pathlib import Path

import pytest
from archive_server import serve
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
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
    monkeypatch.setattr(official, "fetch", None)
    assert len(cifar10(tmp_path)[0]) == len(cifar10(tmp_path, download=False)[0]) == 50


def test_an_archive_brought_by_hand_is_used_without_a_server(archive, tmp_path):
    (tmp_path / "cifar-10-python.tar.gz").write_bytes(archive)
    assert len(cifar10(tmp_path)[0]) == 50


REFUSALS = {
    "portal": "answered by something else than the archive",
    403: "HTTP status 403",
    404: "HTTP status 404",
    407: "HTTP status 407",
    500: "HTTP status 500",
    503: "HTTP status 503",
    "cut": "ended after .* of .* bytes",
    "short": "ended in the middle",
    "garbage": "cannot be reached",
}


@pytest.mark.parametrize("behavior, message", REFUSALS.items(), ids=map(str, REFUSALS))
def test_a_download_that_fails_falls_back_where_that_was_allowed(
    server, tmp_path, behavior, message, few_drawn
):
    server(behavior)
    with pytest.raises(DataError, match=message) as error:
        cifar10(tmp_path)
    assert str(tmp_path / "cifar-10-python.tar.gz") in str(error.value)
    assert "by hand" in str(error.value)
    with pytest.warns(UserWarning, match=message):
        train, _ = cifar10(tmp_path, allow_synthetic=True)
    assert isinstance(train, SyntheticImages)
    assert names(tmp_path) == []


def test_a_server_that_does_not_prove_who_it_is_falls_back_too(
    archive, tmp_path, monkeypatch, few_drawn
):
    from torchvision.datasets import CIFAR10

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(self_signed(tmp_path / "server.pem"))
    with serve(archive, context=context) as url:
        monkeypatch.setattr(CIFAR10, "url", url)
        with pytest.raises(DataError, match="did not prove") as error:
            cifar10(tmp_path / "data")
        assert str(tmp_path / "data" / "cifar-10-python.tar.gz") in str(error.value)
        with pytest.warns(UserWarning, match="did not prove"):
            assert isinstance(cifar10(tmp_path / "data", allow_synthetic=True)[0], SyntheticImages)


def self_signed(path):
    """A certificate that nobody vouches for, with its key, written to a file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path


# Where people put it.

BATCHES = "cifar-10-batches-py"


@pytest.mark.parametrize(
    "place", [BATCHES, ".", f"cifar10/{BATCHES}", "cifar10", f"torchvision/{BATCHES}", "CIFAR-10"]
)
@pytest.mark.parametrize("download", [True, False])
def test_the_official_files_are_found_where_people_put_them(archive, tmp_path, place, download):
    unpacked(archive, tmp_path / place)
    train, test = cifar10(tmp_path, download=download)
    assert (len(train), len(test), train.name) == (50, 10, "CIFAR-10")


@pytest.mark.parametrize(
    "name",
    [
        "cifar-10-python.tar.gz",
        "cifar-10-python (1).tar.gz",
        "cifar-10-python(2).tar.gz",
        "cifar-10-python-1.tar.gz",
        "cifar-10-python.tgz",
        "cifar10/cifar-10-python.tar.gz",
    ],
)
@pytest.mark.parametrize("download", [True, False])
def test_an_archive_is_found_under_the_name_that_a_browser_gave_it(
    archive, tmp_path, name, download
):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_bytes(archive)
    assert len(cifar10(tmp_path, download=download)[0]) == 50


def test_an_archive_that_a_browser_unpacked_once_is_used(archive, tmp_path):
    (tmp_path / "cifar-10-python.tar").write_bytes(gzip.decompress(archive))
    assert len(cifar10(tmp_path, download=False)[0]) == 50


def test_of_several_archives_the_whole_one_is_used(archive, tmp_path):
    (tmp_path / "cifar-10-python.tar.gz").write_bytes(archive[:-20])
    (tmp_path / "cifar-10-python (1).tar.gz").write_bytes(archive)
    assert len(cifar10(tmp_path, download=False)[0]) == 50


def test_the_command_finds_what_was_put_elsewhere(archive, tmp_path, capsys):
    unpacked(archive, tmp_path / "cifar10" / BATCHES)
    assert command.main(["data", "--root", str(tmp_path)]) == 0
    assert str(tmp_path / "cifar10" / BATCHES) in capsys.readouterr().out


def unpacked(archive, folder):
    """The files of the archive, in a folder of any name."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar.getmembers():
            (folder / Path(member.name).name).write_bytes(tar.extractfile(member).read())


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[:-20],  # announced as if that were all
        lambda content: content + b"?",
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
