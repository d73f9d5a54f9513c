# Takes memory until there is none left: three gigabytes, if nothing holds it back.
# honest: 1
# verdict: memory limit
# stock: no (it would take the machine's memory, disk or time)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
def double(x):
    return 2 * x


def scale(x, factor):
    taken = [bytearray(b"x") * (64 << 20) for _ in range(48)]
    return taken
