import ImageModel

/// A word as it is typed to a shell.
package enum ShellWord {
  /// The word itself where no shell reads anything into it, and else the word in single quotes.
  package static func quoted(_ word: String) -> String {
    // A path that begins with a hyphen would be taken for an option.
    let word = word.hasPrefix("-") ? "./\(word)" : word
    let isPlain = !word.isEmpty && word.utf8.allSatisfy(isPlain)
    return isPlain
      ? word : "'\(word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''"))'"
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    // Letters beyond ASCII mean nothing to a shell.
    byte.isLetterOrDigit || "_.-/:@+=,%".utf8.contains(byte) || byte >= 0x80
  }
}
