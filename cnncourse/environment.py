"""Is the environment sound? `python -m cnncourse.environment` says, or says what to do."""

import importlib
import sys
from importlib.metadata import PackageNotFoundError, version


def main():
    """Print the versions, the device and the threads; exit with 1 if torch does not work."""
    try:
        import_pair()
    except Exception as error:  # a mismatch shows as ImportError, RuntimeError, OSError, ...
        sys.exit(advice(error))
    import torch

    from cnncourse.training import device

    lines = {"Python": sys.version.split()[0]}
    lines |= {name: installed(name) for name in ("torch", "torchvision", "numpy")}
    try:
        lines["device"] = device()
    except (RuntimeError, ValueError) as error:
        sys.exit(str(error))
    lines["threads"] = torch.get_num_threads()
    for name, value in lines.items():
        print(f"{name:<12}{value}")


def import_pair():
    """Import torch and torchvision and run an operation that lies in torchvision's own library."""
    nms = importlib.import_module("torchvision.ops").nms
    import torch

    nms(torch.tensor([[0.0, 0.0, 1.0, 1.0]]), torch.tensor([1.0]), 0.5)


def advice(error):
    """One sentence: what is installed, what went wrong and what to do."""
    reason = " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return (
        f"torch {installed('torch')} and torchvision {installed('torchvision')} do not work "
        f"together ({reason}): install the two in one command, so that they match, with "
        "`pip install --upgrade --force-reinstall torch torchvision`."
    )


def installed(name):
    """The installed version of a package, "(not installed)" without one."""
    try:
        return version(name)
    except PackageNotFoundError:
        return "(not installed)"


if __name__ == "__main__":
    main()
