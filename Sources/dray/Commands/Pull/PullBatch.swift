import DrayMessages
import ImageArchive
import ImageCopy
import ImageModel
import Synchronization
import SystemPackage

/// The images of one command: each into an archive of its own where the output is a folder, else all into one.
///
/// Of several archives all are tried; the first failure's code is the command's.
struct PullBatch: Sendable {
  let images: [NamedImage]
  let settings: PullSettings
  let context: CommandContext

  /// An image to pull, or what is wrong with its name.
  struct Entry: Sendable {
    /// As it was named.
    let text: String
    var image: Result<RequestedImage, any Error>
    /// Names of files that other images of the command get.
    var reservedNames: Set<String> = []
  }

  /// A name, and what it means, or what is wrong with it.
  private typealias Named = (image: NamedImage, meaning: Result<NamedImage.Meaning, any Error>)

  func run() async -> ExitCode {
    // With standard output closed from the beginning there is nobody to pull for.
    if settings.template.output == .standardOutput, !context.output.isOpen { return .outputClosed }
    let named = await named()
    if let signal = context.signal() { return .interrupted(signal) }
    let meanings = named.compactMap { try? $0.meaning.get() }
    let registries = meanings.map(\.registry)
    let puller: any ImagePuller
    do {
      let mayAsk = settings.isConfirmed || settings.isDryRun || context.isInteractive
      if !mayAsk, meanings.contains(where: { $0.pattern != nil }) { throw SelectionError.unconfirmed }
      puller = try context.makePuller(settings.connection.access(for: registries), registries)
    } catch {
      return fail(named, of: error)
    }
    let code: ExitCode
    do {
      try puller.check(settings.template.output)
      if case .file(let path) = settings.template.output { context.warnOfEnding(path) }
      if let lock = settings.lock { _ = try OutputPath.check(FilePath(lock)) }
      let entries = unique(try renamed(try await self.entries(named, puller)))
      warnOfNames(entries)
      code = await pull(entries, with: puller)
    } catch {
      code = fail(named, of: error)
    }
    // What remains open then, the end of the program closes.
    try? await puller.close()
    return code
  }

  // MARK: What is named

  private func named() async -> [Named] {
    var named: [Named] = []
    for var image in images {
      do {
        if image.place == nil, ImageOperand.isArchivePath(image.text) { throw UsageError.archiveToPull(image.text) }
        named.append((image, .success(try await image.meaning(settings))))
      } catch {
        image.text = (error as? ImageReferenceError)?.text ?? image.text
        named.append((image, .failure(error)))
      }
    }
    return named
  }

  private func entries(_ named: [Named], _ puller: any ImagePuller) async throws -> [Entry] {
    let patterns = named.compactMap { image, meaning in (try? meaning.get())?.pattern.map { ($0, image) } }
    let choice = PatternChoice(settings: settings, context: context, puller: puller)
    let chosen = patterns.isEmpty ? [:] : try await choice.images(patterns)
    return named.flatMap { image, meaning -> [Entry] in
      switch meaning {
      case .success(.image(let requested)): [Entry(text: image.text, image: .success(requested))]
      case .success(.pattern):
        (chosen[image.text] ?? []).map { Entry(text: $0.reference.description, image: .success($0)) }
      case .failure(let error): [Entry(text: image.text, image: .failure(error))]
      }
    }
  }

  /// The images with the names that are made of theirs. One that has a name of its own in a list keeps it.
  ///
  /// - Throws: `ImageNamingError`, also where two images would get one name.
  private func renamed(_ entries: [Entry]) throws -> [Entry] {
    guard case .made = settings.names, let names = settings.names else { return entries }
    var named: [(name: ImageReference, image: RequestedImage, former: String)] = []
    let renamed = try entries.map { entry in
      guard case .success(var image) = entry.image else { return entry }
      if image.name == nil { image.name = try names.name(of: image) }
      if let name = image.name { named.append((name, image, "\(image.reference)")) }
      var entry = entry
      entry.image = .success(image)
      return entry
    }
    try ImageNaming.checkNames(named)
    return renamed
  }

  /// Each image once. Two different ones must not end in one file: the second would take the first one's place.
  private func unique(_ entries: [Entry]) -> [Entry] {
    var seen: Set<RequestedImage> = []
    let unique = entries.filter { entry in (try? entry.image.get()).map { seen.insert($0).inserted } ?? true }
    guard settings.template.output.isDirectory else { return unique }
    // File systems may take large and small letters for the same.
    var owners: [String: Int] = [:]
    for (index, entry) in unique.enumerated() {
      guard case .success(let image) = entry.image else { continue }
      let names = image.archiveNames(isDelta: !settings.template.bases.isEmpty).map { $0.lowercased() }
      if let name = names.first(where: { owners[$0] == nil }) { owners[name] = index }
    }
    return unique.enumerated().map { index, entry in
      var entry = entry
      entry.reservedNames = Set(owners.filter { $0.value != index }.keys)
      return entry
    }
  }

  /// Tells of names that most engines take for none.
  private func warnOfNames(_ entries: [Entry]) {
    for entry in entries {
      guard let image = try? entry.image.get() else { continue }
      let name = image.name ?? image.reference
      guard name.tag != nil, name.registry.isIPv6Address else { continue }
      context.warn(.addressInName(name.with(digest: nil)))
    }
  }

  // MARK: Pulling

  private func pull(_ entries: [Entry], with puller: any ImagePuller) async -> ExitCode {
    let found = Mutex<[PulledImage]>([])
    var code = ExitCode.success
    // What goes into one archive.
    for batch in settings.template.output.isDirectory ? entries.map({ [$0] }) : [entries] {
      let failed = batch.filter { (try? $0.image.get()) == nil }
      guard failed.isEmpty else {
        for case let entry in failed {
          if case .failure(let error) = entry.image { code = first(code, report(error, image: entry.text)) }
        }
        continue
      }
      let images = batch.compactMap { try? $0.image.get() }
      guard !images.isEmpty else { continue }
      var request = settings.template
      request.images = images
      request.reservedNames = batch[0].reservedNames
      let pull = ShownPull(
        context: context, puller: puller, presenter: presenter(for: title(of: batch)), log: settings.connection.log,
        finished: { result in found.withLock { $0 += result.images } })
      let ended = settings.isDryRun ? await pull.preview(request) : await pull.run(request)
      switch ended {
      case .interrupted, .outputClosed: return ended
      case .success, .failure, .incomplete: code = first(code, ended)
      }
    }
    return first(code, writeLock(found.withLock(\.self)))
  }

  private func first(_ code: ExitCode, _ next: ExitCode) -> ExitCode { code == .success ? next : code }

  /// What an archive is called in `--json`: its image as it was named, or of several the file.
  private func title(of batch: [Entry]) -> String {
    guard batch.count > 1 || batch.isEmpty else { return batch[0].text }
    return if case .file(let path) = settings.template.output { path } else { "-" }
  }

  private func writeLock(_ images: [PulledImage]) -> ExitCode {
    guard let path = settings.lock, !images.isEmpty, !settings.isDryRun else { return .success }
    do { try LockFile.write(images, to: path) } catch { return report(error, image: path) }
    return .success
  }

  // MARK: Failures

  /// Lets all images fail of one thing. A person is told of it once.
  private func fail(_ named: [Named], of error: any Error) -> ExitCode {
    if let signal = context.signal() { return .interrupted(signal) }
    var code = ExitCode.success
    var isTold = false
    for (image, meaning) in named {
      if case .failure(let own) = meaning {
        code = first(code, report(own, image: image.text))
        continue
      }
      let isKnown = isTold && settings.format != .json
      code = first(code, isKnown ? ExitCode(FailureReport(error).failureClass) : report(error, image: image.text))
      isTold = true
    }
    return code
  }

  private func report(_ error: any Error, image: String) -> ExitCode {
    context.end(
      with: error, asJSONAbout: settings.format == .json ? image : nil,
      on: settings.template.output == .standardOutput ? context.errors : nil)
  }

  private func presenter(for image: String) -> any PullPresenter {
    switch settings.format {
    case .json:
      JSONPresenter(image: image, language: context.language, usesErrors: settings.template.output == .standardOutput)
    case .text(let detail): context.textPresenter(PullWords(language: context.language, detail: detail))
    }
  }
}

extension LoadedNames {
  /// The name of an image that is still to be found; nil for one without a tag.
  fileprivate func name(of image: RequestedImage) throws(ImageNamingError) -> ImageReference? {
    var platform: Platform?
    if case .one(let only) = image.platforms { platform = only }
    return try names(of: [image.reference], digest: image.reference.digest, platform: platform).first
  }
}

extension CommandContext {
  /// What shows a pull to a person, as well as standard error can.
  func textPresenter(_ words: PullWords) -> any PullPresenter {
    TextPresenter(words, isInPlace: !words.isQuiet && errorAbility == .cursor)
  }
}
