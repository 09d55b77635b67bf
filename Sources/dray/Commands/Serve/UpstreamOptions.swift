import ArgumentParser
import DrayMessages

/// The options of `dray serve` that concern registries which are asked for others, as they are typed.
struct UpstreamOptions: ParsableArguments {
  @Option(name: .customLong("upstream"), help: .init(UpstreamHelp.upstream, valueName: "host"))
  var registries: [String] = []

  @Option(help: .init(UpstreamHelp.cache, valueName: "folder"))
  var cache: String?

  @Option(name: .customLong("cache-size"), help: .init(UpstreamHelp.cacheSize, valueName: "size"))
  var cacheSize: String?

  @Option(name: .customLong("pin-file"), help: .init(UpstreamHelp.pinFile, valueName: "file"))
  var pinFile: String?

  @Option(name: .customLong("max-downloads"), help: .init(UpstreamHelp.downloads, valueName: "n"))
  var downloads: String?

  @Option(name: .customLong("max-downloads-per-client"), help: .init(UpstreamHelp.downloadsPerClient, valueName: "n"))
  var downloadsPerClient: String?
}
