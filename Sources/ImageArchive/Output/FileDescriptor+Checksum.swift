import FileAccess
import ImageModel
import SystemPackage

extension FileDescriptor {
  /// The SHA-256 of all of a file, in hexadecimal digits.
  ///
  /// - Parameter goesOn: asked before each piece; where it says no, the digest is that of what was read.
  func checksum(while goesOn: () -> Bool) throws -> String {
    var hasher = DigestHasher(.sha256)
    var position: Int64 = 0
    try withUnsafeTemporaryAllocation(byteCount: 1 << 20, alignment: 64) { buffer in
      while goesOn() {
        let count = try readFully(into: buffer, at: position)
        hasher.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        position += Int64(count)
        if count < buffer.count { break }
      }
    }
    return hasher.finalize().hexadecimal
  }
}
