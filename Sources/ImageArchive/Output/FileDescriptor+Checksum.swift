import FileAccess
import ImageModel
import SystemPackage

extension FileDescriptor {
  /// The SHA-256 of all of a file, in hexadecimal digits.
  ///
  /// - Parameter goesOn: asked before each piece; where it says no, the digest is that of what was read.
  func checksum(while goesOn: () -> Bool) throws -> String {
    var hasher = DigestHasher(.sha256)
    try hasher.update(0..<stat().size) { buffer, position in goesOn() ? try readFully(into: buffer, at: position) : 0 }
    return hasher.finalize().hexadecimal
  }
}
