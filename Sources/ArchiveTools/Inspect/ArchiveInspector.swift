import FileAccess
import ImageArchive
import ImageLayers
import ImageModel
import SystemPackage

/// Tells what an archive holds. Of layers it reads the first bytes.
package struct ArchiveInspector: Sendable {
  package let archive: StoredArchive

  /// Whether what cannot be read is left out.
  private let isSalvaging: Bool

  package init(_ archive: StoredArchive, isSalvaging: Bool = false) {
    self.archive = archive
    self.isSalvaging = isSalvaging
  }

  /// - Parameters:
  ///   - name: the image to tell about; nil for the only one, and then several are listed and no more.
  ///   - platform: nil for the machine's own, which an index need not have.
  /// - Throws: `ArchiveError`.
  package func inspect(named name: String?, platform: Platform?) throws(ArchiveError) -> ArchiveInspection {
    var groups: [ArchiveInspection.Group] = []
    var configs = StoredConfigs(archive)
    for group in archive.groups { groups.append(try self.group(group, &configs)) }
    return ArchiveInspection(archive: archive, groups: groups, content: try content(named: name, platform: platform))
  }

  /// The bytes of what a name stands for in the archive: an index or a manifest; with a platform its manifest.
  ///
  /// - Throws: `ArchiveError`, also where there is only a `manifest.json`.
  package func manifest(named name: String?, platform: Platform?) throws(ArchiveError) -> [UInt8] {
    let images = try archive.images(named: name)
    // Platforms that stand side by side have no document in common.
    let isOne = images.allSatisfy { $0.root?.descriptor.digest == images[0].root?.descriptor.digest }
    let document =
      platform == nil && isOne ? images[0].root : try archive.image(named: name, platform: platform).document
    guard let document else { throw .noManifest(archive.path) }
    return document.bytes
  }

  /// The bytes of a config.
  ///
  /// - Throws: `ArchiveError`, also where the archive does not hold it.
  package func config(named name: String?, platform: Platform?) throws(ArchiveError) -> [UInt8] {
    let image = try archive.image(named: name, platform: platform)
    guard let bytes = try archive.configBytes(of: image) else {
      throw .unreadable(archive.path, .missing(name: image.configName))
    }
    return bytes
  }

  private func content(named name: String?, platform: Platform?) throws(ArchiveError) -> ArchiveInspection.Content? {
    let image: StoredImage
    do { image = try archive.image(named: name, platform: platform) } catch {
      switch error {
      case .noImages: return nil
      case .severalImages where platform == nil: return nil
      case .noSuchPlatform where platform == nil: return nil
      default: throw error
      }
    }
    let config = try orNil { () throws(ArchiveError) in try archive.config(of: image) }
    let diffIDs = config?.diffIDs ?? []
    var layers: [ArchiveInspection.Layer] = []
    for (index, layer) in image.layers.enumerated() {
      layers.append(
        ArchiveInspection.Layer(
          digest: layer.descriptor?.digest, mediaType: layer.descriptor?.mediaType,
          size: layer.descriptor?.size ?? layer.content?.size,
          diffID: diffIDs.count == image.layers.count ? diffIDs[index] : nil, memberName: layer.memberName,
          compression: try layer.content.map { content throws(ArchiveError) in
            try Self.compression(of: content).rawValue
          }))
    }
    return ArchiveInspection.Content(
      image: image, config: config, configDigest: image.manifest?.config.digest, size: image.storedSize,
      layers: layers)
  }

  private func group(
    _ images: [StoredImage], _ configs: inout StoredConfigs
  ) throws(ArchiveError) -> ArchiveInspection.Group {
    var platforms: [ArchiveInspection.PlatformEntry] = []
    for image in images {
      platforms.append(
        ArchiveInspection.PlatformEntry(
          platform: try orNil { () throws(ArchiveError) in try configs.platform(of: image) },
          digest: image.document?.descriptor.digest, size: image.storedSize,
          missing: (image.config == nil ? 1 : 0) + image.layers.count { $0.content == nil }))
    }
    return ArchiveInspection.Group(
      names: images[0].names.map(\.description) + images[0].unreadableNames,
      digest: images[0].root?.descriptor.digest, mediaType: images[0].root?.descriptor.mediaType, platforms: platforms)
  }

  /// Nil also for what cannot be read, where that is left out.
  private func orNil<Value>(_ read: () throws(ArchiveError) -> Value?) throws(ArchiveError) -> Value? {
    do { return try read() } catch {
      guard isSalvaging else { throw error }
      return nil
    }
  }

  private static func compression(of content: StoredContent) throws(ArchiveError) -> Compression {
    var bytes = [UInt8](repeating: 0, count: Int(min(Int64(Compression.markLength), content.size)))
    let count: Int
    do {
      guard let file = try content.open() else { throw FileError.fileReplaced(content.path) }
      count = try bytes.withUnsafeMutableBytes { try content.read(from: file, at: 0, into: $0) }
    } catch { throw ArchiveError(error, .read, content.path) }
    return Compression(detecting: bytes[..<count])
  }
}

extension StoredImage {
  /// Config and layers that the archive holds, in bytes, each once.
  var storedSize: Int64 {
    var seen: Set<StoredContent> = []
    return ([config] + layers.map(\.content)).compactMap(\.self).reduce(0) {
      seen.insert($1).inserted ? $0 &+ $1.size : $0
    }
  }
}
