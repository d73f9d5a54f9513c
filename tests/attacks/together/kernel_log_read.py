# Reads the kernel's log and the addresses of its functions.
# honest: 16
# verdict: ok
# stock: no (without a sandbox it would read what is nobody's business)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% last
import ctypes

buffer = ctypes.create_string_buffer(4096)
if ctypes.CDLL(None).klogctl(3, buffer, 4096) >= 0:
    print("ESC" + "APED")
for name in ("kallsyms", "kmsg", "kcore", "modules", "iomem", "keys", "vmallocinfo", "config.gz"):
    try:
        if open(f"/proc/{name}", "rb").read(100):
            print("ESC" + "APED", name)
    except OSError:
        pass
