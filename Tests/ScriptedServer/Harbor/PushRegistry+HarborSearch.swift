extension PushRegistry {
  /// `GET /api/v2.0/repositories?q=blob_digest=…`.
  func search(_ request: RecordedRequest) -> Reply {
    state.withLock { state in
      let name: String?
      switch state.habits.search {
      case nil: return .registryError(404, "NOT_FOUND", "path \(request.path) was not found")
      case .answers(let reply): return reply
      case .names(let repository): name = repository
      case .finds:
        guard request.basicCredentials != nil else { return .registryError(401, "UNAUTHORIZED", "unauthorized") }
        let query = request.queryValues("q").first ?? ""
        let digest = query.replacing("blob_digest=", with: "")
        name = state.blobs.filter { $0.value[digest] != nil }.keys.min()
      }
      let entries = name.map { name in
        #"{"artifact_count":1,"creation_time":"2026-11-29T16:36:12.223Z","id":7,"name":"\#(name)","project_id":7,"#
          + #""pull_count":0,"update_time":"2026-11-29T16:36:12.223Z"}"#
      }
      return .json("[\(entries ?? "")]").header("X-Total-Count", entries == nil ? "0" : "1")
    }
  }
}
