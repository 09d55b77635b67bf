/// What is not as an image says once it is unpacked.
package enum UnpackWarning: Phrased, CaseIterable {
  package static let allCases: [UnpackWarning] = [
    .skippedDevices(7), .mappedOwners(120), .droppedModes(3), .skippedAttributes(2),
  ]

  case skippedDevices(Int)
  case mappedOwners(Int)
  case droppedModes(Int)
  case skippedAttributes(Int)

  package var phrase: Phrase {
    switch self {
    case .skippedDevices(let count):
      Phrase(
        "devices that were skipped, because only root may create them: \(count)",
        chinese: "已跳过设备文件（只有 root 才能创建）：\(count) 个")
    case .mappedOwners(let count):
      Phrase(
        "entries that belong to you instead of their owner, because only root may change owners: \(count)",
        chinese: "属主改为当前用户的条目（只有 root 才能更改属主）：\(count) 个")
    case .droppedModes(let count):
      Phrase(
        "files that lost set-user-ID or set-group-ID because their owner changed: \(count)",
        chinese: "因属主改变而去掉 setuid、setgid 位的文件：\(count) 个")
    case .skippedAttributes(let count):
      Phrase(
        "extended attributes that cannot be set here: \(count)", chinese: "此处无法设置的扩展属性：\(count) 个")
    }
  }
}
