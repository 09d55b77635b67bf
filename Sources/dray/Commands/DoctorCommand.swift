import ArgumentParser
import DrayMessages
import ImageCopy
import ImageModel
import RegistryClient

/// `dray doctor`
struct DoctorCommand: ContextualCommand {
  static var configuration: CommandConfiguration { CommandConfiguration("doctor", DoctorHelp.self) }

  @Argument(help: .init(DoctorHelp.registry, valueName: "registry"))
  var registry: String

  @Flag(help: .init(OptionHelp.json))
  var json = false

  @OptionGroup var connection: ConnectionOptions

  func run(in context: CommandContext) async -> ExitCode {
    let inquiry = RegistryInquiry(context: context, options: connection, subject: registry, isJSON: json)
    do {
      let name = try RegistryName(parsing: registry)
      let settings = try await ConnectionSettings(connection, in: context)
      let access = settings.access(for: [name])
      let doctor = try RegistryDoctor(access, registry: name)
      var failure: StreamError?
      let tell = { (finding: DoctorFinding) in
        do throws(StreamError) { try context.output.write(line(finding, context.language)) } catch {
          failure = failure ?? error
        }
      }
      if access.reachesDirectly(name), let proxy = context.credentials.containerProxies {
        tell(DoctorFinding(check: .proxy, verdict: .ok, detail: .containerProxy(proxy)))
      }
      let first = try await doctor.examine(tell)
      if let failure { return context.exitCode(for: failure) }
      return first.map { ExitCode($0) } ?? .success
    } catch {
      return inquiry.end(with: error)
    }
  }

  private func line(_ finding: DoctorFinding, _ language: Language) -> String {
    if json { return JSONLine.text(DoctorFindingRecord(registry: registry, finding, language)) }
    let words = DoctorPhrase(finding: finding)
    let check = DisplayWidth.padded(finding.check.rawValue, to: 9)
    var text = "\(DoctorMark(finding.verdict).text(language))  \(check)  \(words.text(language))\n"
    if let hint = words.hint { text += FailurePhrase.hint(hint).text(language) + "\n" }
    return text
  }
}
