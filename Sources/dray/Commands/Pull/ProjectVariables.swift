import DrayMessages
import FileAccess
import ImageLists
import SystemPackage

/// The variables of a compose project: those of the `.env` beside its file, which is read once one is asked for.
final class ProjectVariables {
  private let path: FilePath
  private let environment: (String) -> String?
  private var values: [String: String]?
  /// Why the file cannot be read, where it is there.
  private(set) var fault: SelectionError?

  /// - Parameter list: the compose file; `-` for standard input, whose project is the current folder.
  init(beside list: String, environment: @escaping (String) -> String?) {
    let folder = list == "-" ? FilePath() : FilePath(list).removingLastComponent()
    path = folder.appending(".env")
    self.environment = environment
  }

  func value(of name: String) -> String? {
    if values == nil { values = read() }
    return values?[name]
  }

  private func read() -> [String: String] {
    do {
      let bytes = try FileDescriptor.bytes(of: path, limit: EnvironmentFile.limit + 1)
      return try EnvironmentFile.read(bytes, environment: environment)
    } catch Errno.noSuchFileOrDirectory {
    } catch let error as ImageListError {
      fault = .list(path: path.string, error)
    } catch {
      fault = .unreadableList(path: path.string, (error as? Errno)?.rawValue ?? 0)
    }
    return [:]
  }
}
