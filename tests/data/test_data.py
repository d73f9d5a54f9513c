import contextlib
import errno
import hashlib
import io
import os
import pickle
import re
import subprocess
import sys
import tarfile
import threading
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from archive_server import serve
from PIL import Image

from cnncourse import __main__ as command
from cnncourse.data import (
    CIFAR10_CLASSES,
    Batches,
    DataError,
    Images,
    SyntheticImages,
    cifar10,
    data_folder,
    digits,
    official,
    synthetic_cifar10,
)
from cnncourse.data import folder as folder_copy
from cnncourse.data.batches import flip_images, shift_images

DEVICES = ["cpu"] + (["cuda"] if torch.cuda.is_available() else [])


@pytest.fixture(autouse=True)
def no_settings(monkeypatch):
    monkeypatch.delenv("CNNCOURSE_CIFAR10", raising=False)
    monkeypatch.delenv("CNNCOURSE_DATA", raising=False)


def some_images(n=7, channels=2, height=5, width=4, seed=0):
    generator = torch.Generator().manual_seed(seed)
    images = torch.randint(1, 256, (n, channels, height, width), generator=generator)
    return Images(images.to(torch.uint8), torch.arange(n) % 3, ("a", "b", "c"), "random")


# Images


@pytest.mark.parametrize(
    "images, labels",
    [
        (torch.zeros(2, 1, 4, 4), torch.zeros(2, dtype=torch.int64)),  # float
        (torch.zeros(2, 4, 4, dtype=torch.uint8), torch.zeros(2, dtype=torch.int64)),  # no channel
        (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), torch.zeros(3, dtype=torch.int64)),  # 3 labels
        (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), torch.zeros(2)),  # float
        (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), torch.tensor([0, 2])),  # class 2?
        (torch.zeros(2, 1, 4, 4, dtype=torch.uint8), torch.tensor([-1, 0])),
    ],
)
def test_images_that_do_not_fit_together_are_refused(images, labels):
    with pytest.raises(ValueError, match="must"):
        Images(images, labels, ("a", "b"), "bad")


INDICES = [
    slice(1, 4),
    slice(-3, None),
    slice(None, None, 3),
    slice(None, None, -1),
    slice(5, 1, -2),
    slice(9, 20),
    torch.tensor([5, 0, -1]),
    torch.tensor([1, 0], dtype=torch.uint8),  # torch itself would take it for a mask
    [3, 3],
    (6, 1),
    np.array([2, 0]),
    range(1, 6, 2),
    [],
    torch.arange(7) % 3 == 1,
    np.arange(7) > 4,
    [True] * 3 + [False] * 4,
]


@pytest.mark.parametrize("index", INDICES, ids=range(len(INDICES)))
def test_indexing_keeps_images_and_labels_together(index):
    data = some_images()
    numbers = np.arange(7)
    if isinstance(index, slice):
        expected = numbers[index]
    else:
        index_ = np.asarray(index)
        expected = numbers[index_ if index_.dtype == bool else index_.astype(int)]
    part = data[index]
    assert torch.equal(part.images, data.images[torch.from_numpy(expected.copy())])
    assert torch.equal(part.labels, data.labels[torch.from_numpy(expected.copy())])


@pytest.mark.parametrize("index", [3, 0, 6, -1, -7, np.int64(3), torch.tensor(3), True])
def test_one_image_is_refused_with_an_index_that_gives_it(index):
    data = some_images()
    with pytest.raises(TypeError, match="without its batch dimension") as error:
        data[index]
    batch, alone = re.findall(r"images(\[\S*:\S*\]) or images\.images(\[\S*\])", str(error.value))[
        0
    ]
    selected = eval(f"data{batch}", {"data": data})
    assert torch.equal(selected.images, data.images[int(index)][None])
    assert torch.equal(eval(f"data.images{alone}", {"data": data}), data.images[int(index)])


@pytest.mark.parametrize(
    "index, error, message",
    [
        (7, IndexError, "no image 7: there are 7"),
        (-8, IndexError, "no image -8"),
        ([0, 7], IndexError, "no image 7"),
        ([0, -8], IndexError, "no image -8"),
        (torch.ones(6) > 0, IndexError, r"mask has shape \(6,\).*must be \(7,\)"),
        (torch.ones(7, 2) > 0, IndexError, r"mask has shape \(7, 2\)"),
        (torch.ones(0) > 0, IndexError, r"mask has shape \(0,\)"),
        ([[0, 1]], TypeError, r"along one axis, got the shape \(1, 2\)"),
        (1.0, TypeError, "takes a slice, indices or a mask"),
        ([0.5], TypeError, "takes a slice, indices or a mask"),
        (1j, TypeError, "takes a slice, indices or a mask"),
        (None, TypeError, "got None"),
        ("cat", TypeError, "got 'cat'"),
        ((slice(2), 0), TypeError, "takes a slice, indices or a mask"),
        (..., TypeError, "got Ellipsis"),
    ],
)
def test_an_index_that_selects_no_images_is_named(index, error, message):
    with pytest.raises(error, match=message):
        some_images()[index]


def test_a_part_of_the_stand_in_still_says_that_it_is_one():
    train, _ = synthetic_cifar10(train=4, test=1)
    assert isinstance(train[:2], SyntheticImages) and isinstance(train.to("cpu"), SyntheticImages)


def test_moments_are_per_channel_of_values_between_0_and_1():
    data = some_images(n=40)
    x = data.images.double() / 255
    torch.testing.assert_close(data.mean.double(), x.mean((0, 2, 3)))
    torch.testing.assert_close(data.std.double(), x.std((0, 2, 3), correction=0))


def test_data_folder_is_the_environments_then_the_checkouts(monkeypatch, tmp_path):
    assert data_folder() == Path(__file__).parents[2] / "data"
    monkeypatch.setenv("CNNCOURSE_DATA", str(tmp_path))
    assert data_folder() == tmp_path


def test_importing_the_data_sets_does_not_import_the_slow_libraries():
    code = "import sys, cnncourse.data; print({'torchvision', 'sklearn'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "set()"


# Digits


@pytest.mark.parametrize("mode", ["pad", "resize"])
@pytest.mark.parametrize("size", [8, 28, 31, 32])
def test_digits_have_the_size_asked_for_and_stay_white_on_black(mode, size):
    train, test = digits(size, mode)
    assert train.images.shape == (1437, 1, size, size) and test.images.shape == (360, 1, size, size)
    assert train.images.max() >= 240 and train.images.min() == 0
    corners = train.images[:, 0, [0, 0, -1, -1], [0, -1, 0, -1]]
    assert corners.float().mean() < 10


def test_padded_digits_are_the_scans_enlarged_and_centered():
    train, _ = digits(32)
    x = train.images
    assert x[:, :, :4].max() == x[:, :, -4:].max() == x[..., :4].max() == x[..., -4:].max() == 0
    scans = x[:, :, 4:28:3, 4:28:3]
    assert torch.equal(scans.repeat_interleave(3, 2).repeat_interleave(3, 3), x[:, :, 4:28, 4:28])
    assert len(scans.unique()) == 17  # the scans have the values 0..16


def test_digits_are_split_by_seed_with_every_class_in_proportion():
    def key(data):
        return {image.numpy().tobytes() for image in data.images}

    train, test = digits(8)
    assert not key(train) & key(test)
    share = test.labels.bincount() / (train.labels.bincount() + test.labels.bincount())
    assert (share - 0.2).abs().max() < 0.01
    assert torch.equal(digits(8)[1].images, test.images)
    assert not torch.equal(digits(8, seed=1)[1].images, test.images)


@pytest.mark.parametrize("arguments", [(7,), (32, "stretch")])
def test_digits_of_an_unknown_form_are_refused(arguments):
    with pytest.raises(ValueError, match="must be"):
        digits(*arguments)


# Synthetic stand-in


def test_the_stand_in_depends_on_the_seed_alone():
    train, test = synthetic_cifar10(train=1500, test=30)
    again, smaller = synthetic_cifar10(train=1500, test=30), synthetic_cifar10(train=20, test=30)
    assert torch.equal(train.images, again[0].images) and torch.equal(train.labels, again[0].labels)
    assert torch.equal(test.images, smaller[1].images)
    assert not torch.equal(synthetic_cifar10(train=1500, test=30, seed=1)[0].images, train.images)
    assert train.labels.bincount().tolist() == [150] * 10
    assert train.images.shape == (1500, 3, 32, 32)


def test_the_stand_in_has_no_two_images_alike_in_train_and_test():
    train, test = synthetic_cifar10(train=500, test=500)
    images = torch.cat((train.images, test.images)).flatten(1)
    assert len(images.unique(dim=0)) == 1000


def test_the_mean_color_does_not_give_the_class_away():
    train, _ = synthetic_cifar10(train=4000, test=1)
    colors = train.images.double().mean((2, 3))
    means = torch.stack([colors[train.labels == label].mean(0) for label in range(10)])
    assert (means - colors.mean(0)).abs().max() < colors.std(0).min() / 4


# CIFAR-10 from the official server


@pytest.fixture
def archive(monkeypatch):
    """A small archive in the official form, whose checksums torchvision then has for official."""
    from torchvision.datasets import CIFAR10

    generator = np.random.default_rng(0)
    files = {}
    for name in [*(f"data_batch_{i}" for i in range(1, 6)), "test_batch"]:
        data = generator.integers(0, 256, (10, 3072), dtype=np.uint8)
        files[name] = pickle.dumps({"data": data, "labels": list(range(10))})
    files["batches.meta"] = pickle.dumps({"label_names": list(CIFAR10_CLASSES)})
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            member = tarfile.TarInfo(f"{official.FOLDER}/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))

    def md5(content):
        return hashlib.md5(content).hexdigest()

    monkeypatch.setattr(
        CIFAR10,
        "train_list",
        [[f"data_batch_{i}", md5(files[f"data_batch_{i}"])] for i in range(1, 6)],
    )
    monkeypatch.setattr(CIFAR10, "test_list", [["test_batch", md5(files["test_batch"])]])
    monkeypatch.setattr(
        CIFAR10,
        "meta",
        {"filename": "batches.meta", "key": "label_names", "md5": md5(files["batches.meta"])},
    )
    monkeypatch.setattr(CIFAR10, "tgz_md5", md5(buffer.getvalue()))
    monkeypatch.setattr(CIFAR10, "url", "http://127.0.0.1:1/nothing-listens-here")
    return buffer.getvalue()


@pytest.fixture
def server(monkeypatch, archive):
    """A function that serves the archive, or other content, under the official URL."""
    from torchvision.datasets import CIFAR10

    with contextlib.ExitStack() as stack:

        def start(behavior="well", content=archive):
            url = stack.enter_context(serve(content, behavior))
            monkeypatch.setattr(CIFAR10, "url", url)

        yield start


def names(folder):
    return sorted(path.name for path in folder.iterdir())


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
        with pytest.raises(official.OfflineError, match="no answer within"):
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


# CIFAR-10 as a folder


@pytest.fixture
def copy(tmp_path, archive):
    """Two images in each class folder, the second a JPEG; each image's red is its class."""
    for split in ("train", "test"):
        for label, name in enumerate(CIFAR10_CLASSES):
            folder = tmp_path / "cifar10" / split / name
            folder.mkdir(parents=True)
            image = Image.new("RGB", (32, 32), (10 * label, 100, 200))
            image.putpixel((31, 0), (255, 255, 255))  # right, top
            image.save(folder / "a.png")
            image.save(folder / "b.JPG", quality=95)
            (folder / "notes.txt").write_text("no image")
    return tmp_path


def test_a_folder_copy_is_read_in_cifars_class_order(copy):
    for _ in range(2):  # decoded, and kept
        train, test = cifar10(copy)
        assert train.labels.tolist() == test.labels.tolist() == [i // 2 for i in range(20)]
        assert train.images[::2, 0, 5, 5].tolist() == [10 * label for label in range(10)]
        assert (train.images[::2, :, 0, 31] == 255).all()
        assert "folder copy" in train.name


def other_size(train):
    path = train / "cat" / "a.png"
    before = path.stat()
    Image.radial_gradient("L").resize((32, 32)).convert("RGB").save(path)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def other_time(train):
    path = train / "cat" / "a.png"
    before = path.stat()
    Image.new("RGB", (32, 32), (1, 2, 3)).save(path)
    path.write_bytes(path.read_bytes().ljust(before.st_size, b"\0"))  # what follows is ignored
    assert path.stat().st_size == before.st_size
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1000))


def other_class(train):  # the last file of one class becomes the first of the next
    (train / "cat" / "b.JPG").rename(train / "deer" / "0.jpg")


def one_less(train):
    (train / "cat" / "a.png").unlink()


@pytest.mark.parametrize("action", [other_size, other_time, other_class, one_less])
def test_decoded_images_are_never_those_of_other_files(copy, action):
    before = cifar10(copy)[0]
    action(copy / "cifar10" / "train")
    fresh = cifar10(copy)
    assert not (
        torch.equal(before.images, fresh[0].images) and torch.equal(before.labels, fresh[0].labels)
    )
    (copy / "cifar10" / folder_copy.CACHE).unlink()
    for ours, decoded in zip(fresh, cifar10(copy), strict=True):
        assert torch.equal(ours.images, decoded.images)
        assert torch.equal(ours.labels, decoded.labels)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: content[: len(content) // 2],
        lambda content: b"",
        lambda content: b"PK not a zip",
        lambda c: c[:9000] + bytes(50) + c[9050:],
    ],
)
def test_a_damaged_cache_is_decoded_anew(copy, damage):
    expected = cifar10(copy)
    cache = copy / "cifar10" / folder_copy.CACHE
    cache.write_bytes(damage(cache.read_bytes()))
    for ours, theirs in zip(cifar10(copy), expected, strict=True):
        assert torch.equal(ours.images, theirs.images)


def test_a_folder_that_cannot_be_written_to_is_read_all_the_same(copy, monkeypatch):
    def full(*arguments, **named):
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(np, "savez", full)
    assert len(cifar10(copy)[0]) == 20
    assert names(copy / "cifar10") == ["test", "train"]


@pytest.mark.parametrize(
    "damage, message",
    [
        (
            lambda folder: [path.unlink() for path in folder.iterdir()] and folder.rmdir(),
            "is missing",
        ),
        (lambda folder: [path.unlink() for path in folder.iterdir()], "has no .png"),
        (lambda folder: Image.new("RGB", (28, 32)).save(folder / "a.png"), "28 × 32"),
        (lambda folder: Image.new("L", (32, 32)).save(folder / "a.png"), "mode L"),
        (lambda folder: Image.new("RGBA", (32, 32)).save(folder / "a.png"), "mode RGBA"),
        (lambda folder: (folder / "a.png").write_bytes(b"no image"), "cannot be read"),
        (
            lambda folder: (folder / "a.png").write_bytes((folder / "a.png").read_bytes()[:60]),
            "cannot be read",
        ),
        (
            lambda folder: (folder / "b.JPG").write_bytes((folder / "b.JPG").read_bytes()[:400]),
            "cannot be read",
        ),
    ],
)
def test_a_folder_copy_with_a_fault_is_an_error_that_names_the_path(copy, damage, message):
    folder = copy / "cifar10" / "test" / "dog"
    damage(folder)
    with pytest.raises(DataError, match=message) as error:
        cifar10(copy, allow_synthetic=True)
    assert str(folder) in str(error.value)


# The order of the sources


def test_the_official_copy_comes_before_the_folder_copy(copy, server):
    server()
    assert cifar10(copy)[0].name == "CIFAR-10 (folder copy)"  # nothing is downloaded for it
    official.fetch_official(copy)
    assert cifar10(copy)[0].name == "CIFAR-10"
    assert cifar10(copy, source="folder")[0].name == "CIFAR-10 (folder copy)"


def test_the_environment_replaces_auto_and_nothing_else(copy, monkeypatch):
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "synthetic")
    with pytest.warns(UserWarning, match="stand-in, not CIFAR-10: It was asked for"):
        assert isinstance(cifar10(copy)[0], SyntheticImages)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert not isinstance(cifar10(copy, source="folder")[0], SyntheticImages)
    monkeypatch.setenv("CNNCOURSE_CIFAR10", "offical")
    with pytest.raises(ValueError, match="'offical'"):
        cifar10(copy)


def test_the_real_images_are_whole():
    if not any((data_folder() / name).is_dir() for name in (official.FOLDER, "cifar10")):
        pytest.skip("no real CIFAR-10 images here")
    train, test = cifar10(download=False)
    for data in train, test:
        assert data.images.shape[1:] == (3, 32, 32) and data.classes == CIFAR10_CLASSES
        assert len(set(data.labels.bincount(minlength=10).tolist())) == 1
    assert len(train) + len(test) in (50_000, 60_000)
    torch.testing.assert_close(train.mean, torch.tensor([0.491, 0.482, 0.447]), atol=2e-3, rtol=0)
    torch.testing.assert_close(train.std, torch.tensor([0.247, 0.243, 0.262]), atol=3e-3, rtol=0)


# Batches


def shifted(image, down, right):
    result = torch.zeros_like(image)
    height, width = image.shape[-2:]
    for i in range(height):
        for j in range(width):
            if 0 <= i - down < height and 0 <= j - right < width:
                result[:, i, j] = image[:, i - down, j - right]
    return result


@pytest.mark.parametrize("device", DEVICES)
def test_each_image_is_flipped_and_shifted_by_its_own_draw(device):
    x = some_images(n=49).images
    pixels = x.permute(0, 2, 3, 1).to(device)
    down, right = (torch.arange(-3, 4).repeat_interleave(7), torch.arange(-3, 4).repeat(7))
    moved = shift_images(pixels, torch.stack((down, right), 1).to(device), limit=3).cpu()
    flips = torch.arange(49) % 3 == 0
    mirrored = flip_images(pixels, flips.to(device)).cpu()
    moved, mirrored = (images.permute(0, 3, 1, 2) for images in (moved, mirrored))
    for i in range(49):
        assert torch.equal(moved[i], shifted(x[i], down[i], right[i]))
        assert torch.equal(mirrored[i], x[i].flip(-1) if flips[i] else x[i])


@pytest.mark.parametrize("device", DEVICES)
def test_batches_are_normalized_float32_on_the_device(device):
    data = some_images()
    batches = Batches(data, batch_size=3, device=device)
    assert len(batches) == 3 and batches.pixels.dtype == torch.uint8
    parts = list(batches)
    assert [len(x) for x, _ in parts] == [3, 3, 1]
    assert all(x.device.type == labels.device.type == device for x, labels in parts)
    assert all(x.is_contiguous(memory_format=torch.channels_last) for x, _ in parts)
    x = torch.cat([x for x, _ in parts]).cpu()
    mean, std = data.mean.view(-1, 1, 1), data.std.view(-1, 1, 1)
    torch.testing.assert_close(x, (data.images / 255 - mean) / std)
    assert torch.equal(torch.cat([labels for _, labels in parts]).cpu(), data.labels)


def test_given_moments_replace_the_datas_own():
    data = some_images()
    [(x, _)] = Batches(data, mean=(0.5, 0.25), std=[0.5, 2.0])
    torch.testing.assert_close(x[:, 0], (data.images[:, 0] / 255 - 0.5) / 0.5)
    torch.testing.assert_close(x[:, 1], (data.images[:, 1] / 255 - 0.25) / 2)


def test_images_without_contrast_do_not_become_nan():
    data = Images(torch.full((2, 1, 4, 4), 9, dtype=torch.uint8), torch.zeros(2).long(), ("a",), "")
    [(x, _)] = Batches(data)
    assert x.abs().max() < 1e-6


def orders(batches, times):
    return [torch.cat([labels for _, labels in batches]).tolist() for _ in range(times)]


def numbered(n=50):
    images = torch.arange(n, dtype=torch.uint8).view(n, 1, 1, 1).expand(n, 1, 4, 6).contiguous()
    return Images(images, torch.arange(n), tuple(map(str, range(n))), "numbered")


def test_every_image_comes_once_in_each_iteration_with_its_label():
    batches = Batches(numbered(), batch_size=8, shuffle=True, mean=0, std=1 / 255)
    for _ in range(2):
        x, labels = (torch.cat(parts) for parts in zip(*batches, strict=True))
        assert sorted(labels.tolist()) == list(range(50))
        assert torch.equal(x[:, 0, 0, 0].round().long(), labels)


def test_the_sequence_of_orders_depends_on_the_seed_and_never_repeats():
    def make(seed):
        return Batches(numbered(), batch_size=8, shuffle=True, seed=seed)

    first = orders(make(0), 3)
    assert first == orders(make(0), 3) and first != orders(make(1), 3)
    assert len(set(map(tuple, first))) == 3
    broken_off = make(0)
    next(iter(broken_off))
    assert orders(broken_off, 2) == first[1:]
    assert orders(Batches(numbered()), 1) == [list(range(50))]


@pytest.mark.parametrize("device", DEVICES)
def test_augmentation_is_drawn_for_each_image_anew_and_the_same_on_every_device(device):
    image = some_images(n=1).images
    data = Images(image.expand(400, -1, -1, -1).contiguous(), torch.zeros(400).long(), ("a",), "")
    variants = {
        tuple(shifted(source, down, right).flatten().tolist()): 0
        for source in (image[0], image[0].flip(-1))
        for down in (-1, 0, 1)
        for right in (-1, 0, 1)
    }

    def augmented(device):
        batches = Batches(data, 400, flip=True, shift=1, mean=0, std=1 / 255, device=device)
        return [x.cpu().round().long() for _ in range(2) for x, _ in batches]

    first, second = augmented(device)
    assert not torch.equal(first, second)
    assert torch.equal(first, augmented("cpu")[0])
    for x in first:
        variants[tuple(x.flatten().tolist())] += 1  # KeyError: no such flip and shift
    assert len(variants) == 18 and min(variants.values()) >= 5  # 22 expected


@pytest.mark.parametrize("wrong", [{"batch_size": 0}, {"shift": -1}])
def test_batches_that_cannot_be_are_refused(wrong):
    with pytest.raises(ValueError, match="must be at least"):
        Batches(some_images(), **wrong)


def test_batches_do_not_depend_on_torchs_default_device():
    data, options = numbered(), {"batch_size": 8, "shuffle": True, "flip": True, "shift": 1}
    expected = [torch.cat(parts) for parts in zip(*Batches(data, **options), strict=True)]
    with torch.device("meta"):  # as "cuda" would be, where there is one
        again = numbered_on_cpu(data)
        found = [torch.cat(parts) for parts in zip(*Batches(again, **options), strict=True)]
    assert all(map(torch.equal, found, expected))


def numbered_on_cpu(data):
    return Images(data.images.clone(), data.labels.clone(), data.classes, data.name)


def test_the_data_sets_do_not_depend_on_torchs_default_device():
    expected = synthetic_cifar10(20, 10)[0], digits(8)[1], digits(32)[1]
    with torch.device("meta"):
        found = synthetic_cifar10(20, 10)[0], digits(8)[1], digits(32)[1]
    for ours, theirs in zip(found, expected, strict=True):
        assert torch.equal(ours.images, theirs.images) and torch.equal(ours.labels, theirs.labels)
