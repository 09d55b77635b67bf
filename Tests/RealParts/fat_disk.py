"""A disk that takes files as FAT32 does, on top of a folder: fat_disk.py FOLDER MOUNTPOINT

No file may have more than 4 GiB - 1 bytes, permissions cannot be changed, and nothing is reserved in advance. Room there is
plenty. It runs until it is unmounted.
"""
import errno
import os
import sys

from fusepy import FUSE, FuseOSError, Operations

LARGEST_FILE = (4 << 30) - 1


class FATDisk(Operations):
    def __init__(self, folder):
        self.folder = folder

    def path(self, path):
        return self.folder + path

    def check(self, size):
        if size > LARGEST_FILE:
            raise FuseOSError(errno.EFBIG)

    def getattr(self, path, fh=None):
        status = os.lstat(self.path(path))
        names = ("st_mode", "st_nlink", "st_uid", "st_gid", "st_size", "st_blocks", "st_atime", "st_mtime", "st_ctime")
        return {name: getattr(status, name) for name in names}

    def statfs(self, path):
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
        return os.open(self.path(path), os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o755)

    def open(self, path, flags):
        return os.open(self.path(path), flags & (os.O_RDONLY | os.O_RDWR | os.O_WRONLY))

    def release(self, path, fh):
        os.close(fh)

    def fsync(self, path, datasync, fh):
        os.fsync(fh)

    def readdir(self, path, fh):
        return [".", ".."] + os.listdir(self.path(path))

    def mkdir(self, path, mode):
        os.mkdir(self.path(path))

    def rmdir(self, path):
        os.rmdir(self.path(path))

    def unlink(self, path):
        os.unlink(self.path(path))

    def rename(self, old, new):
        os.rename(self.path(old), self.path(new))


if __name__ == "__main__":
    FUSE(FATDisk(sys.argv[1]), sys.argv[2], foreground=True, nothreads=True)
