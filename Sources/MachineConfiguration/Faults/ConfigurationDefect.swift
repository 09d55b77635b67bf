/// What is wrong at a place of a configuration file.
public enum ConfigurationDefect: Sendable, Hashable {
  // The text of a TOML file
  case notUTF8
  case tooDeep
  case tooManyKeys
  case missingKey
  case missingEqualSign
  case missingValue
  /// A word that is neither a number, a date, a boolean nor a text in quotes.
  case notAValue(String)
  case textAfterValue
  /// A text without its closing quote.
  case unclosedText
  case unknownEscape
  case unclosedArray
  case unclosedTable
  /// A table's name without its closing bracket.
  case unclosedTableName
  case duplicateKey(String)
  /// A key that is extended like a table and is none.
  case notATable(String)

  // The meaning of a setting
  /// A JSON file that is no object.
  case notAnObject
  case expected(key: String, Kind)
  case invalidAddress(String)
  case invalidRegistry(String)
  case invalidRepository(String)
  case invalidPrefix(String)
  case invalidLocation(String)
  case invalidHeaderField
  /// A `[[registry]]` with neither prefix nor location.
  case missingPrefix
  /// A mirror without a location.
  case missingLocation
  /// A file of `registries.conf.d` with settings of version 1.
  case version1InFolder

  /// What a setting has to be.
  public enum Kind: Sendable, Hashable, CaseIterable {
    case text, boolean, list, table, tables
    /// A file, or a list of pairs of files.
    case certificateFiles
    /// `all`, `digest-only` or `tag-only`.
    case mirrorUse
  }
}
