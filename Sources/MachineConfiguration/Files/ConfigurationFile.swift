import FileAccess
import ImageModel
import SystemPackage

/// A file of configuration that is read when it is wanted.
enum ConfigurationFile {
  /// The file's bytes; nil where it is not there, or is not for this user to read.
  ///
  /// - Parameter limit: the longest file that is read, in bytes.
  /// - Throws: ``ConfigurationError``.
  static func bytes(of path: String, limit: Int = 1 << 20) throws(ConfigurationError) -> [UInt8]? {
    do {
      let bytes = try FileDescriptor.bytes(of: FilePath(path), limit: limit + 1)
      guard bytes.count <= limit else { throw Errno.fileTooLarge }
      return bytes
    } catch let error as Errno {
      switch error {
      case .noSuchFileOrDirectory, .notDirectory, .permissionDenied: return nil
      default: throw .unreadable(path: path, detail: error.description)
      }
    } catch {
      throw .unreadable(path: path, detail: "\(error)")
    }
  }

  /// - Throws: ``ConfigurationError``.
  static func table(of path: String) throws(ConfigurationError) -> TOMLSetting? {
    guard let bytes = try bytes(of: path) else { return nil }
    do {
      return TOMLSetting(path: path, text: bytes, line: 1, table: try TOMLReader.read(bytes))
    } catch {
      throw .malformed(
        path: path, place: TextPlace(line: error.line, column: error.column ?? 1), error.defect)
    }
  }
}

/// A table of a file, read as settings: what has another type than it should is a fault with its place.
struct TOMLSetting: Sendable {
  let path: String
  private let text: [UInt8]
  /// Where the table was named.
  let line: Int
  let table: TOMLTable

  fileprivate init(path: String, text: [UInt8], line: Int, table: TOMLTable) {
    (self.path, self.text, self.line, self.table) = (path, text, line, table)
  }

  func string(_ key: String) throws(ConfigurationError) -> String? {
    guard let entry = table[key] else { return nil }
    guard case .string(let text) = entry.value else { throw fault(entry, .expected(key: key, .text)) }
    return text
  }

  func flag(_ key: String) throws(ConfigurationError) -> Bool {
    guard let entry = table[key] else { return false }
    guard case .boolean(let value) = entry.value else { throw fault(entry, .expected(key: key, .boolean)) }
    return value
  }

  /// A list of texts, or one text alone.
  func strings(_ key: String) throws(ConfigurationError) -> [String]? {
    guard let entry = table[key] else { return nil }
    if case .string(let text) = entry.value { return [text] }
    guard case .array(let values) = entry.value else { throw fault(entry, .expected(key: key, .list)) }
    var texts: [String] = []
    for value in values {
      guard case .string(let text) = value else { throw fault(entry, .expected(key: key, .list)) }
      texts.append(text)
    }
    return texts
  }

  func tables(_ key: String) throws(ConfigurationError) -> [TOMLSetting] {
    guard let entry = table[key] else { return [] }
    let tables: [TOMLTable]
    switch entry.value {
    case .tables(let found): tables = found
    case .array(let values):
      tables = values.compactMap { if case .table(let table) = $0 { table } else { nil } }
      guard tables.count == values.count else { throw fault(entry, .expected(key: key, .tables)) }
    default: throw fault(entry, .expected(key: key, .tables))
    }
    return tables.map { TOMLSetting(path: path, text: text, line: $0.line ?? entry.line, table: $0) }
  }

  func table(_ key: String) throws(ConfigurationError) -> TOMLSetting? {
    guard let entry = table[key] else { return nil }
    guard case .table(let found) = entry.value else { throw fault(entry, .expected(key: key, .table)) }
    return TOMLSetting(path: path, text: text, line: found.line ?? entry.line, table: found)
  }

  /// The line of a key; the table's own where the key is not there.
  func line(of key: String) -> Int { table[key]?.line ?? line }

  func fault(_ key: String, _ defect: ConfigurationDefect) -> ConfigurationError {
    .malformed(path: path, place: place(line(of: key)), defect)
  }

  private func fault(_ entry: TOMLTable.Entry, _ defect: ConfigurationDefect) -> ConfigurationError {
    .malformed(path: path, place: place(entry.line), defect)
  }

  /// Where what stands on a line begins.
  func place(_ line: Int) -> TextPlace {
    let lines = text.split(separator: UInt8(ascii: "\n"), maxSplits: line, omittingEmptySubsequences: false)
    let blanks = lines.dropFirst(line - 1).first?.prefix { $0 == 0x20 || $0 == 0x09 }.count ?? 0
    return TextPlace(line: line, column: blanks + 1)
  }
}
