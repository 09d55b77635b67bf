import NIOCore

/// Bytes of an open file on their way to a ``ByteSink``, or to a client of a server. A plain socket takes them from the system,
/// unseen by this process; whatever else needs them reads them.
public struct FilePart: Sendable {
  /// Which bytes of the file.
  package let region: FileRegion
  /// To be kept for as long as `region` may be used.
  package let file: LentFile
  /// Reads the bytes. It may wait for a disk.
  package let read: @Sendable () throws -> ByteBuffer
  /// Whether the file is what it was. Of one that has become shorter a socket never gets enough.
  package let isUnchanged: @Sendable () -> Bool

  /// - Parameter offset: of the first byte in the file.
  package init(
    of file: LentFile, at offset: Int64, count: Int, isUnchanged: @escaping @Sendable () -> Bool = { true },
    read: @escaping @Sendable () throws -> ByteBuffer
  ) {
    self.file = file
    self.isUnchanged = isUnchanged
    self.read = read
    region = FileRegion(fileHandle: file.handle, readerIndex: Int(offset), endIndex: Int(offset) + count)
  }
}

/// An open file that one connection at a time may read from. It is given back when nobody holds it any more.
package final class LentFile: Sendable {
  fileprivate let handle: NIOFileHandle
  private let owner: any Sendable

  /// - Parameters:
  ///   - descriptor: of the open file.
  ///   - owner: keeps it open.
  package init(_ descriptor: CInt, of owner: any Sendable) {
    self.owner = owner
    handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor)
  }

  deinit {
    // It fails only in the moment in which a connection that is being closed still reads.
    while (try? handle.takeDescriptorOwnership()) == nil {}
  }
}
