import ArgumentParser
import DrayMessages

/// Which image of an archive is meant, and how a damaged archive is read.
struct ArchiveOptions: ParsableArguments {
  @Option(help: .init(InspectHelp.image, valueName: "name"))
  var image: String?

  @Flag(help: .init(InspectHelp.salvage))
  var salvage = false

  /// Says of an image in a registry that these options mean nothing there.
  func refuseForReference() throws(UsageError) {
    if image != nil { throw .onlyForArchives(option: "--image") }
    if salvage { throw .onlyForArchives(option: "--salvage") }
  }
}
