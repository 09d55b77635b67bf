/// Uploads (distribution-spec "Pushing blobs").
extension PushRegistry {
  static func upload(_ call: Call, _ state: inout State) -> Reply {
    switch call.request.method {
    case "POST": return begin(call, &state)
    case "DELETE":
      let known = state.sessions.removeValue(forKey: call.name) != nil
      return Reply(known ? 204 : 404)
    case "GET": return status(call, &state)
    case "PATCH", "PUT": break
    default: return Reply(405)
    }
    guard let sent = state.sessions[call.name], call.request.queryValues("_state") == [state.states[call.name] ?? ""]
    else {
      return lost
    }
    if state.habits.lostSessions > 0 {
      state.habits.lostSessions -= 1
      state.sessions[call.name] = nil
      return lost
    }
    if state.habits.brokenBodies > 0, !call.request.body.isEmpty {
      state.habits.brokenBodies -= 1
      state.sessions[call.name] = nil
      return .hangUp(.reset)
    }
    if call.request.method == "PATCH", let refusal = piece(call, sent, &state) { return refusal }
    let bytes = sent + call.request.body
    guard call.request.method == "PUT" else {
      state.sessions[call.name] = bytes
      if state.habits.lostPieces > 0 {
        state.habits.lostPieces -= 1
        return .hangUp(.reset)
      }
      return accepted(state.habits.chunkStatus, call, call.name, &state)
    }
    if let status = state.habits.wholeStatus, sent.isEmpty, !call.request.body.isEmpty { return Reply(status) }
    if !state.habits.takesLastPieceAtEnd, !sent.isEmpty, !call.request.body.isEmpty {
      return .registryError(400, "SIZE_INVALID", "the quota would be wrong")
    }
    return close(call, bytes, &state)
  }

  private static func status(_ call: Call, _ state: inout State) -> Reply {
    guard let sent = state.sessions[call.name] else { return lost }
    switch state.habits.status {
    case .told:
      return accepted(204, call, call.name, &state)
    case .toldOneTooMany:
      return Reply(204, headers: [("Range", "bytes=0-\(sent.count)")])
    case .ends:
      state.sessions[call.name] = nil
      return lost
    }
  }

  /// What a piece is answered that is not taken.
  private static func piece(_ call: Call, _ sent: [UInt8], _ state: inout State) -> Reply? {
    let body = call.request.body
    if state.habits.pieceTimeouts > 0 {
      state.habits.pieceTimeouts -= 1
      return .html("<html>504</html>", status: 504)
    }
    if state.habits.cutPieces > 0 {
      state.habits.cutPieces -= 1
      state.sessions[call.name] = sent + body.prefix(body.count / 2)
      return .hangUp(.reset)
    }
    guard let range = call.request.header("Content-Range") else { return nil }
    if state.habits.oddRefusals > 0, !sent.isEmpty {
      state.habits.oddRefusals -= 1
      state.sessions[call.name] = nil
      return .registryError(416, "BLOB_UPLOAD_INVALID", "the requested range is not satisfiable")
    }
    guard range == "\(sent.count)-\(sent.count + body.count - 1)" else {
      return accepted(416, call, call.name, &state)
    }
    if let limit = state.habits.pieceLimit, body.count > limit { return Reply(416) }
    return nil
  }

  private static let lost = Reply.registryError(404, "BLOB_UPLOAD_INVALID", "blob upload invalid")

  private static func begin(_ call: Call, _ state: inout State) -> Reply {
    if let digest = call.request.queryValues("mount").first, let from = call.request.queryValues("from").first {
      switch state.habits.mounts {
      case .refused(let status):
        return .registryError(status, "UNAUTHORIZED", "unauthorized to access repository: \(from), action: pull")
          .header("WWW-Authenticate", #"Basic realm="harbor""#)
      case .offered:
        if let bytes = state.blobs[from]?[digest] {
          state.blobs[call.repository, default: [:]][digest] = bytes
          return Reply(
            201, headers: [("Docker-Content-Digest", digest), ("Location", "/v2/\(call.repository)/blobs/\(digest)")])
        }
      case .ignored: break
      }
    }
    if let digest = call.request.queryValues("mount").first, call.request.queryValues("from").isEmpty {
      if let status = state.habits.openMountStatus {
        return .registryError(status, "UNSUPPORTED", "The operation is unsupported.")
      }
      if state.habits.mountsFromAnywhere, let bytes = state.blobs.values.lazy.compactMap({ $0[digest] }).first {
        state.blobs[call.repository, default: [:]][digest] = bytes
        return Reply(
          201, headers: [("Docker-Content-Digest", digest), ("Location", "/v2/\(call.repository)/blobs/\(digest)")])
      }
    }
    state.next += 1
    let session = "session-\(state.next)"
    state.sessions[session] = []
    let reply = accepted(202, call, session, &state)
    return state.habits.pieceMinimum.map { reply.header("OCI-Chunk-Min-Length", "\($0)") } ?? reply
  }

  /// Each answer has another address, whose query must come back as it is.
  private static func accepted(_ status: Int, _ call: Call, _ session: String, _ state: inout State) -> Reply {
    state.next += 1
    let text = "a+b/\(state.next)=="
    state.states[session] = text.replacing("+", with: " ")
    let target = "/v2/\(call.repository)/blobs/uploads/\(session)?_state=\(text.replacing("=", with: "%3D"))"
    let location =
      switch state.habits.location {
      case .absolute: call.origin + target
      case .relative: target
      case .plainHTTP: "http://\(call.authority.prefix { $0 != ":" })\(target)"
      case .other(let origin): origin + target
      case .text(let text): text
      }
    // Nothing and one byte read alike, as in distribution.
    var last = max((state.sessions[session] ?? []).count - 1, 0)
    if state.habits.rangeStays, last > 0 {
      state.firstRange = state.firstRange ?? last
      last = state.firstRange ?? last
    }
    return Reply(status, headers: [("Location", location), ("Range", "0-\(last)")])
  }

  private static func close(_ call: Call, _ bytes: [UInt8], _ state: inout State) -> Reply {
    state.sessions[call.name] = nil
    let digest = call.request.queryValues("digest").first ?? ""
    if state.habits.collecting > 0 {
      state.habits.collecting -= 1
      return .registryError(404, "NOT_FOUND", "the asking blob is in GC, mark it as non existing")
    }
    guard ImageFixture.digest(bytes) == digest else {
      return .registryError(400, "DIGEST_INVALID", "provided digest did not match uploaded content")
    }
    let kept = (state.blobs[call.repository] ?? [:]).values.reduce(0) { $0 + $1.count }
    if let quota = state.habits.quota, Int64(kept + bytes.count) > quota {
      return .registryError(
        403, "DENIED",
        "adding 4.9 KiB of storage resource, which when updated to current usage of 735 B will exceed "
          + "the configured upper limit of 2.0 KiB.")
    }
    state.blobs[call.repository, default: [:]][digest] = bytes
    if state.habits.lostAnswers > 0 {
      state.habits.lostAnswers -= 1
      return .hangUp()
    }
    if state.habits.gatewayTimeouts > 0 {
      state.habits.gatewayTimeouts -= 1
      return .html("<html>504</html>", status: 504)
    }
    return Reply(
      state.habits.blobStatus, headers: state.habits.saysBlobDigest ? [("Docker-Content-Digest", digest)] : [])
  }
}
