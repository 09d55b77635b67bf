/// The words around the files of images.
package enum ContentsPhrase: Phrased {
  case reading
  case read(ByteCount, of: ByteCount, percent: Int)

  package var phrase: Phrase {
    switch self {
    case .reading: Phrase("reading", chinese: "读取")
    case .read(let read, let size, let percent):
      Phrase("read \(read) of \(size) (\(percent)%)", chinese: "已读取 \(read) / \(size)（\(percent)%）")
    }
  }
}
