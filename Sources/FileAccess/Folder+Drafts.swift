import Synchronization
import SystemPackage

extension Folder {
  /// Puts a small file in the place of one of that name, whole, so that it lasts.
  package func replace(_ name: String, with bytes: [UInt8]) throws(FileError) {
    let draft = DraftName.make(for: name)
    do {
      let file = try open(draft, flags: O_CREAT | O_EXCL)
      defer { try? file.close() }
      // Whoever removes drafts that were left sees that this one is not.
      _ = try? file.lock(waits: false)
      _ = try file.writeAll(bytes)
      try file.setMode(0o666 & ~ProcessUmask.value)
      try file.synchronize()
      try rename(draft, to: name)
      file.unlock()
      try synchronize()
    } catch {
      try? remove(draft)
      throw error as? FileError ?? .system(.write, path.appending(name), error as? Errno ?? .ioError)
    }
  }

  /// Removes the drafts of small files that processes left which were killed. One that is being written stays, and so do all
  /// where the file system has no locks to tell.
  ///
  /// - Parameter name: of the file whose drafts are meant; nil for any.
  package func removeDrafts(of name: String? = nil) {
    for draft in (try? names()) ?? [] where DraftName.isDraft(draft, of: name) {
      guard let file = try? open(draft, flags: 0) else { continue }
      defer { try? file.close() }
      guard (try? file.lock(waits: false)) == true else { continue }
      try? remove(draft)
      file.unlock()
    }
  }
}

/// What a small file is called until it is whole: `.NAME.NUMBER-NUMBER.new`.
enum DraftName {
  private static let suffix = ".new"
  /// Counts the drafts of this process.
  private static let count = Atomic(0)

  static func make(for name: String) -> String {
    let number = count.wrappingAdd(1, ordering: .relaxed).newValue
    return ".\(name).\(UInt32.random(in: .min ... .max))-\(number)\(suffix)"
  }

  static func isDraft(_ draft: String, of name: String?) -> Bool {
    guard draft.hasPrefix("."), draft.hasSuffix(suffix) else { return false }
    let parts = draft.dropFirst().dropLast(suffix.count)
    guard let dot = parts.lastIndex(of: "."), dot > parts.startIndex, name.map({ parts[..<dot] == $0 }) ?? true else {
      return false
    }
    let numbers = parts[parts.index(after: dot)...].split(separator: "-", omittingEmptySubsequences: false)
    return numbers.count == 2 && numbers.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }
  }
}
