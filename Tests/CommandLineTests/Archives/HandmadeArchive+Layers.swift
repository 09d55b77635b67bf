import HandmadeTar
import ScriptedServer

extension ImageFixture {
  /// An image of layers as they are given.
  ///
  /// - Parameters:
  ///   - fields: more members of its config, each with a comma before it.
  ///   - root: what its config has for `rootfs`; nil for what is right, empty for none.
  init(layers: [Blob], fields: String = "", root: String? = nil) {
    let diffIDs = layers.map { "\"\($0.digest)\"" }.joined(separator: ",")
    let root = root ?? #","rootfs":{"type":"layers","diff_ids":[\#(diffIDs)]}"#
    let config = #"{"architecture":"amd64","os":"linux"\#(fields)\#(root)}"#
    self.init(config: Blob(mediaType: Self.configType, bytes: Array(config.utf8)), layers: layers)
  }
}

extension HandmadeArchive {
  /// A layer without compression.
  static func layer(_ write: (inout TarWriter) -> Void) -> ImageFixture.Blob {
    var tar = TarWriter()
    write(&tar)
    tar.end()
    return ImageFixture.Blob(mediaType: ImageFixture.layerType, bytes: tar.bytes)
  }

  /// A layer with one file.
  static let file = layer { $0.member("etc/a", content: [1, 2, 3]) }

  static func layout(layers: [ImageFixture.Blob]) -> HandmadeArchive {
    layout([(ImageFixture(layers: layers), "docker.io/team/app:1")])
  }
}
