/// How much of a list a registry may send.
package struct ListLimits: Sendable {
  /// Entries that are asked for at once. More is refused by some registries.
  package var pageSize = 1_000
  package var pages = 1_000
  package var entries = 1_000_000
  /// One page, in bytes.
  package var pageBytes = 8 << 20

  package init() {}
}
