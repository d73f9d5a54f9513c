# Symbolic and hard links, named pipes, sockets and device files in the working folder.
# honest: 0
# stock: no (without a sandbox it would change this machine)
raise ImportError("hostile: this runs in the sandbox only, cell by cell")
# %% answer
import os
import socket
import stat

os.symlink("/", "root")
os.symlink("/proc/1/root", "outer")
os.symlink("target.ipynb", "target.ipynb")
os.mkfifo("target.json")
socket.socket(socket.AF_UNIX).bind("gradebook.db")
for kind, number in ((stat.S_IFBLK, os.makedev(8, 0)), (stat.S_IFCHR, os.makedev(1, 1)),
                     (stat.S_IFBLK, os.makedev(254, 0))):
    try:
        os.mknod("disk", 0o666 | kind, number)
        print("ESC" + "APED")
    except OSError:
        pass
for path in ("/dev/mem", "/dev/sda", "/dev/vda", "/dev/kmsg", "/dev/fuse", "/dev/kvm", "/dev/vsock",
             "/dev/net/tun", "/dev/nvidia0"):
    if os.path.exists(path):
        print("ESC" + "APED", path)
for path in ("root/etc/passwd", "outer/etc/shadow", "root/work"):
    try:
        os.link(path, "hard")
        print("ESC" + "APED", path)
    except OSError:
        pass
os.chmod(".", 0)
