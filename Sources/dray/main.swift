import ImageModel
import ImageTransfer
import RegistryClient

let access = RegistryAccess(credentials: NoCredentials())
let pull = try ImagePull(access)
var request = PullRequest(reference: try ImageReference(parsing: CommandLine.arguments[1]))
if CommandLine.arguments.count > 2 { request.output = CommandLine.arguments[2] == "-" ? .standardOutput : .file(CommandLine.arguments[2]) }
do {
  let result = try await pull.run(request) { event in if case .progress = event {} else { if CommandLine.arguments.count < 3 { print(event) } } }
  if CommandLine.arguments.count < 3 { print(result) }
} catch { print("error", error) }
try await pull.close()
