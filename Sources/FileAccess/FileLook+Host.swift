extension FileLook {
  /// How this machine is called: in full, and without its domain; nothing where the system does not say.
  package static var hostNames: [String] {
    var buffer = [CChar](repeating: 0, count: 256)
    guard gethostname(&buffer, buffer.count - 1) == 0 else { return [] }
    let name = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let short = String(name.prefix { $0 != "." })
    return name.isEmpty ? [] : name == short ? [name] : [name, short]
  }
}
