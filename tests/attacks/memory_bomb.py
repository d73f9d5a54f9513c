# Takes memory until there is none left: three gigabytes, if nothing holds it back.
# honest: 1
# stock: no (it would take three gigabytes)
# verdict: memory limit
# %% answer
def double(x):
    return 2 * x


def scale(x, factor):
    taken = [bytearray(b"x") * (64 << 20) for _ in range(48)]
    return taken
