import ImageModel
import RegistryServer

/// What `dray serve` says on standard error.
package enum ServePhrase: Phrased {
  /// The address as clients write it.
  case started(String, images: Int)
  case notice(ContentsNotice)

  package var phrase: Phrase {
    switch self {
    case .started(let address, let images):
      Phrase(
        "Serving \(images, "image") at \(address)",
        chinese: "正在 \(address) 提供 \(images) 个镜像")
    case .notice(let notice): PullPhrase.warning(notice.phrase).phrase
    }
  }
}
