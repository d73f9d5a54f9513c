# Looks for other processes: by number, by signal, by what they hold.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import os

for number in [*range(2, 3000), *range(30_000, 33_000)]:
    try:
        os.kill(number, 0)
        if os.getpgid(number) != os.getpgid(0) and number != os.getppid():
            print(number)
    except ProcessLookupError:
        pass
    except PermissionError:
        print("ESC" + "APED", number)
