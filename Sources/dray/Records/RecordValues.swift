import DrayMessages
import ImageModel

extension ImageReference {
  /// The reference in full, with the digest where there is one.
  var jsonName: String { qualifiedName + (digest.map { "@\($0)" } ?? "") }
}

extension Duration {
  var wholeMilliseconds: Int64 { Int64(inSeconds * 1000) }
}
