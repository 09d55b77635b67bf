import FoundationEssentials
import ImageLayers
import SystemPackage
import Testing

/// A folder with a root to unpack to, and something outside of it that has to stay as it is.
struct UnpackScene {
  let folder: FilePath
  var resolution = RootFolder.Resolution.kernel
  var limits = UnpackLimits.standard

  var root: FilePath { folder.appending("root") }

  static func run(_ body: (UnpackScene) async throws -> Void) async throws {
    let path = FileManager.default.temporaryDirectory.path + "/dray-unpack-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path + "/outside", withIntermediateDirectories: true)
    try Data("witness".utf8).write(to: URL(filePath: path + "/outside/witness"))
    try Data("witness".utf8).write(to: URL(filePath: path + "/witness"))
    let scene = UnpackScene(folder: FilePath(path))
    let before = try await scene.outside()
    do { try await body(scene) } catch {
      try await scene.removed()
      throw error
    }
    #expect(try await scene.outside() == before)
    try await scene.removed()
  }

  /// Unpacks layers, the lowest first.
  @discardableResult
  func unpack(_ layers: [LayerMember]..., into name: String = "root") throws -> UnpackCounts {
    try unpack(tars: layers.map { LayerMember.tar($0) }, into: name)
  }

  @discardableResult
  func unpack(
    tars: [[UInt8]], into name: String = "root", keepsOwners: Bool? = nil, check: @escaping () throws -> Void = {}
  ) throws -> UnpackCounts {
    let target = try UnpackFolder(folder.appending(name), resolution: resolution, keepsOwners: keepsOwners)
    do {
      let unpacker = LayerUnpacker(target.root, limits: limits, check: check)
      for tar in tars { try unpacker.apply(LayerReader(Decompressor(source(tar)))) }
      try target.commit()
      return target.root.counts
    } catch {
      try target.discard()
      throw error
    }
  }

  /// All that is in the root: type, mode, owner, size but for folders, time and target of a link, a line each.
  func tree() async throws -> [String] {
    try await lines(
      """
      cd '\(root)'; find . -mindepth 1 \\( -type d -printf '%P d %m %U:%G %T@\\n' -o -printf '%P %y %m %U:%G %s %T@ %l\\n' \\) \
      | LC_ALL=C sort
      """)
  }

  /// The names in the root with the first letter of what they are, and the targets of links.
  func names() async throws -> [String] {
    try await lines("cd '\(root)' && find . -mindepth 1 -printf '%y %P%l\\n' | LC_ALL=C sort")
  }

  func text(_ path: String) throws -> String {
    String(decoding: try Data(contentsOf: URL(filePath: root.string + "/" + path)), as: UTF8.self)
  }

  func lines(_ script: String) async throws -> [String] {
    String(decoding: try await Shell.bytes(script), as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// Everything but the root itself, with the number of names of each file.
  private func outside() async throws -> [String] {
    try await lines(
      """
      cd '\(folder)'; find . -path ./root -prune -o -printf '%P %y %m %n %s %l\\n' | grep -v '^ ' | LC_ALL=C sort
      sha256sum outside/witness witness
      """)
  }

  private func removed() async throws {
    _ = try await Shell.bytes("chmod -R u+rwx '\(folder)'; rm -rf '\(folder)'")
  }
}
