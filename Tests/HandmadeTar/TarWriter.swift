/// Writes tar archives as no honest program would.
public struct TarWriter {
  public private(set) var bytes: [UInt8] = []

  public init() {}

  /// - Parameters:
  ///   - size: the size field, twelve bytes; nil for what the content has.
  ///   - declared: the size that the header tells; nil for what the content has.
  public mutating func member(
    _ name: [UInt8], type: Character = "0", content: [UInt8] = [], declared: Int64? = nil, sizeField: [UInt8]? = nil,
    link: String = "", prefix: String = ""
  ) {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ field: [UInt8], at offset: Int) { block.replaceSubrange(offset..<(offset + field.count), with: field) }
    put(Array(name.prefix(100)), at: 0)
    put(Array("0000644\u{0}".utf8), at: 100)
    put(sizeField ?? Self.octal(declared ?? Int64(content.count)), at: 124)
    put(Array("        ".utf8), at: 148)
    put([type.asciiValue ?? 0], at: 156)
    put(Array(link.utf8.prefix(100)), at: 157)
    put(Array("ustar\u{0}00".utf8), at: 257)
    put(Array(prefix.utf8.prefix(155)), at: 345)
    let digits = String(block.reduce(0) { $0 + Int($1) }, radix: 8)
    put(Array((String(repeating: "0", count: 6 - digits.count) + digits + "\u{0} ").utf8), at: 148)
    bytes += block + content + [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  public mutating func member(_ name: String, type: Character = "0", content: [UInt8] = [], link: String = "") {
    member(Array(name.utf8), type: type, content: content, link: link)
  }

  /// An extended header for the next member.
  public mutating func extended(_ records: [(String, String)], type: Character = "x") {
    member("PaxHeaders/x", type: type, content: records.flatMap { Self.record($0.0, $0.1) })
  }

  public mutating func raw(_ more: [UInt8]) { bytes += more }

  public mutating func end() { bytes += [UInt8](repeating: 0, count: 1_024) }

  public static func octal(_ value: Int64) -> [UInt8] {
    let digits = String(value, radix: 8)
    return Array((String(repeating: "0", count: 11 - digits.count) + digits).utf8) + [0]
  }

  public static func record(_ keyword: String, _ value: String) -> [UInt8] {
    let rest = " \(keyword)=\(value)\n"
    var length = rest.utf8.count
    while length != rest.utf8.count + "\(length)".utf8.count { length = rest.utf8.count + "\(length)".utf8.count }
    return Array("\(length)\(rest)".utf8)
  }
}
