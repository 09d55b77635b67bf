import ImageModel

/// A manifest that has been made for an image which came without one, and where what it names stands.
package struct MadeManifest: Sendable {
  package let document: ImageDocument
  package let manifest: Manifest
  package let contents: [Digest: StoredContent]

  package init(document: ImageDocument, manifest: Manifest, contents: [Digest: StoredContent]) {
    self.document = document
    self.manifest = manifest
    self.contents = contents
  }
}

extension StoredImage {
  func with(_ made: MadeManifest) -> StoredImage {
    StoredImage(
      names: names, unreadableNames: unreadableNames, root: made.document, document: made.document,
      manifest: made.manifest, configName: configName, config: config,
      layers: zip(layers, made.manifest.layers).map { layer, descriptor in
        StoredLayer(descriptor: descriptor, memberName: layer.memberName, content: layer.content)
      })
  }
}
