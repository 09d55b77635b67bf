"""A disk that takes files as FAT32 does, on top of a folder: fat_disk.py FOLDER MOUNTPOINT [HABIT…]

No file may have more than 4 GiB - 1 bytes, permissions cannot be changed, and nothing is reserved in advance. Room there is
plenty. It runs until it is unmounted. Further habits, as disks of Windows, of a network and of other programs have them:

    owner=NUMBER   every file is this user's, whoever made it
    no-size        it does not say how large it is
    no-replace     no file takes the place of another
    open-stays     a file that is open is neither removed nor replaced
    no-sync        nothing is made to last
"""
import errno
import os
import sys

from fusepy import FUSE, FuseOSError, Operations

LARGEST_FILE = (4 << 30) - 1


class FATDisk(Operations):
    def __init__(self, folder, habits):
        self.folder = folder
        self.habits = habits
        self.owner = next((int(habit.split("=")[1]) for habit in habits if habit.startswith("owner=")), None)
        self.opened = []

    def path(self, path):
        return self.folder + path

    def check(self, size):
        if size > LARGEST_FILE:
            raise FuseOSError(errno.EFBIG)

    def getattr(self, path, fh=None):
        status = os.lstat(self.path(path))
        names = ("st_mode", "st_nlink", "st_uid", "st_gid", "st_size", "st_blocks", "st_atime", "st_mtime", "st_ctime")
        found = {name: getattr(status, name) for name in names}
        if self.owner is not None:
            found["st_uid"] = self.owner
        return found

    def check_replaced(self, path):
        if "open-stays" in self.habits and path in self.opened:
            raise FuseOSError(errno.EBUSY)

    def statfs(self, path):
        if "no-size" in self.habits:
            return {"f_bsize": 4096, "f_frsize": 4096}
        return {"f_bsize": 4096, "f_frsize": 4096, "f_blocks": 1 << 24, "f_bfree": 1 << 24, "f_bavail": 1 << 24}

    def chmod(self, path, mode):
        raise FuseOSError(errno.EPERM)

    def truncate(self, path, length, fh=None):
        self.check(length)
        os.truncate(self.path(path), length)

    def write(self, path, data, offset, fh):
        self.check(offset + len(data))
        return os.pwrite(fh, data, offset)

    def read(self, path, size, offset, fh):
        return os.pread(fh, size, offset)

    def create(self, path, mode, fi=None):
        self.opened.append(path)
        return os.open(self.path(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o755)

    def open(self, path, flags):
        self.opened.append(path)
        return os.open(self.path(path), flags & (os.O_RDONLY | os.O_RDWR | os.O_WRONLY))

    def release(self, path, fh):
        if path in self.opened:
            self.opened.remove(path)
        os.close(fh)

    def fsync(self, path, datasync, fh):
        if "no-sync" in self.habits:
            raise FuseOSError(errno.EINVAL)
        os.fsync(fh)

    def fsyncdir(self, path, datasync, fh):
        if "no-sync" in self.habits:
            raise FuseOSError(errno.EACCES)
        return 0

    def readdir(self, path, fh):
        return [".", ".."] + os.listdir(self.path(path))

    def mkdir(self, path, mode):
        os.mkdir(self.path(path))

    def rmdir(self, path):
        os.rmdir(self.path(path))

    def unlink(self, path):
        self.check_replaced(path)
        os.unlink(self.path(path))

    def rename(self, old, new):
        self.check_replaced(new)
        if "no-replace" in self.habits and os.path.lexists(self.path(new)):
            raise FuseOSError(errno.EEXIST)
        os.rename(self.path(old), self.path(new))
        self.opened = [new if path == old else path for path in self.opened]


if __name__ == "__main__":
    # Without hard_remove the library renames an open file instead of removing it, as a network's file systems do.
    FUSE(FATDisk(sys.argv[1], sys.argv[3:]), sys.argv[2], foreground=True, nothreads=True, hard_remove=True)
