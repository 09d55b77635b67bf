/// The process's umask.
package enum ProcessUmask {
  /// Read once. Reading sets it for a moment, to a value that gives nobody else access to files made in that moment.
  package static let value: mode_t = {
    let value = umask(0o077)
    _ = umask(value)
    return value
  }()
}
